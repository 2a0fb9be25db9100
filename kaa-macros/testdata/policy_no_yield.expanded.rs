fn number_of() -> ::kaa::InProgress<u32> {
    #[allow(unused_imports, reason = "rustc alone knows what is needed")]
    use ::kaa::__private::{self as __kaa, by_type::*};
    let __call = __kaa::Call::new(&__SITE).pass_last::<u32>();
    let last: Option<InProgress<u32>> = __call.last();
    static __SITE: __kaa::Site = __kaa::Site {
        name: "number_of",
        file: ::core::file!(),
        line: 2,
        yields: &[],
    };
    __kaa::plain::coroutine(
        __call,
        __kaa::plain::once(move || -> u32 { if last.is_some() { 1 } else { 0 } }),
    )
}
