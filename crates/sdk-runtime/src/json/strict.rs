//! Whether values are read only as they are, without conversion: to choose among the variants of a union.

use std::cell::Cell;

thread_local! {
    static STRICT: Cell<bool> = const { Cell::new(false) };
}

/// Whether readers of this thread convert nothing now.
pub(crate) fn is_strict() -> bool {
    STRICT.get()
}

/// Reads without conversion.
pub(crate) fn strictly<T>(read: impl FnOnce() -> T) -> T {
    struct Restore(bool);
    impl Drop for Restore {
        fn drop(&mut self) {
            STRICT.set(self.0);
        }
    }
    let _restore = Restore(STRICT.replace(true));
    read()
}
