#![deny(warnings)]
#![forbid(unsafe_code)]

use trace_memory::trace_memory;

struct Holder {
    text: String,
}

macro_rules! expressions {
    ($left:expr, $right:expr, $text:expr, $flag:expr) => {
        #[trace_memory]
        fn product() -> i32 {
            let text = String::from("a");
            assert_eq!(text.len(), 1);
            $left * $right
        }

        #[trace_memory]
        fn operators() -> (i32, String, i64, bool) {
            let number = 3;
            (-$left, $left.to_string(), $left as i64, !($right > number))
        }

        #[trace_memory]
        fn condition() -> bool {
            let text = String::from("a");
            if $flag { text.is_empty() } else { false }
        }

        #[trace_memory]
        fn arm() -> usize {
            let text = String::from("ab");
            match text.len() {
                2 => $text.len() + text.len(),
                _ => 0,
            }
        }

        #[trace_memory]
        fn statement() -> usize {
            let moved = $text;
            $text.len() + moved.len()
        }
    };
}

expressions!(1 + 2, 3 + 4, String::from("abc") + "d", Holder { text: String::from("abc") }.text.is_empty());

macro_rules! others {
    ($name:ident, $kind:ty, $pattern:pat, $body:block, $literal:literal, $life:lifetime, $path:path, $item:item, $vis:vis) => {
        #[trace_memory]
        $vis fn $name<$life>(value: &$life Option<$kind>) -> (usize, u32, String) {
            $item
            let $pattern = value else { return (0, CONSTANT, $path()) };
            let length = $body;
            (length, $literal, $path())
        }
    };
}

others!(
    fragments,
    Vec<String>,
    Some(_),
    {
        let inner = String::from("abc");
        inner.len()
    },
    7,
    'a,
    String::new,
    const CONSTANT: u32 = 9;,
    pub(crate)
);

macro_rules! locals {
    ($first:ident, $second:ident, $expression:expr) => {
        #[trace_memory]
        fn named($first: String) -> usize {
            let text = String::from("hidden");
            let $second = $first;
            let taken = $expression;
            taken.len() + text.len()
        }
    };
}

locals!(text, other, other);

fn main() {
    assert_eq!(product(), 21);
    assert_eq!(operators(), (-3, String::from("3"), 3, false));
    assert!(!condition());
    assert_eq!((arm(), statement()), (6, 8));
    assert_eq!(fragments(&Some(vec![])), (3, 7, String::new()));
    assert_eq!(fragments(&None), (0, 9, String::new()));
    assert_eq!(named(String::from("a")), 7);
}
