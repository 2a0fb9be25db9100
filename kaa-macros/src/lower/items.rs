//! Items inside of blocks.

use syn::visit::Visit;
use syn::{Item, ItemStatic, Macro};

use super::Lower;
use crate::diag;

impl Lower<'_> {
    /// An item inside a block. What means the same each time it is written may stand in each arm.
    pub(super) fn item(&mut self, item: Item) {
        match item {
            Item::Macro(_) => self.errors.at(item, diag::LATE_MACRO_RULES),
            Item::Use(_) | Item::Type(_) | Item::Const(_) | Item::Fn(_) if !has_static(&item) => {
                self.body.regions[self.region.0].items.push(item);
            }
            _ => self.errors.at(item, diag::ITEM_IN_BLOCK),
        }
    }
}

/// A `static` is one place; written twice it would be two.
fn has_static(item: &Item) -> bool {
    struct Statics(bool);
    impl Visit<'_> for Statics {
        fn visit_item_static(&mut self, _: &ItemStatic) {
            self.0 = true;
        }

        fn visit_macro(&mut self, _: &Macro) {
            // `thread_local!`, or whatever else has one inside.
            self.0 = true;
        }
    }
    let mut statics = Statics(false);
    statics.visit_item(item);
    statics.0
}
