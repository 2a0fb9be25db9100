macro_rules! coroutine {
    ($name:ident, $ty:ty, $value:expr) => {
        #[kaa::coroutine]
        fn $name(n: $ty) -> kaa::Result<$ty> {
            let got = yield_!(kaa::InProgress::finished(n))?;
            Ok(got + $value)
        }
    };
}

coroutine!(adds, u32, 1 + 1);

fn main() {
    drop(adds(1));
}
