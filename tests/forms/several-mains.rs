//! Several functions named `main` in one program.

extern crate trace_memory;

mod first {
    #[trace_memory::trace_memory]
    pub(crate) fn main() {
        let text = String::from("first");
        println!("{text}");
    }
}

mod second {
    #[trace_memory::trace_memory]
    pub(crate) fn main() -> Result<(), String> {
        let text = String::from("second");
        println!("{text}");
        Ok(())
    }
}

struct Application(String);

impl Application {
    #[trace_memory::trace_memory]
    fn main(self) -> String {
        self.0
    }
}

#[trace_memory::trace_memory]
fn main() {
    #[trace_memory::trace_memory]
    fn main() {
        println!("nested");
    }
    main();
    first::main();
    second::main().unwrap();
    println!("{}", Application(String::from("method")).main());
}
