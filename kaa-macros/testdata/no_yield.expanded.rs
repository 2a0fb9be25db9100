pub fn half(n: u32) -> ::kaa::InProgress<u32> {
    #[allow(unused_imports, reason = "rustc alone knows what is needed")]
    use ::kaa::__private::{self as __kaa, by_type::*};
    static __SITE: __kaa::Site = __kaa::Site {
        name: "half",
        file: ::core::file!(),
        line: 2,
        yields: &[],
    };
    __kaa::result::execute(
        &__SITE,
        |__error| __kaa::Failure(__error).into_error(),
        move || -> io::Result<u32> {
            let _log = Guard("log");
            if n % 2 == 1 {
                return Err(io::Error::other("odd"));
            }
            Ok(n / 2)
        },
    )
}
