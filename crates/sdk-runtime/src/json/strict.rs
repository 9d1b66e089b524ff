//! Disables conversions while a union's variant is being selected.

use std::cell::Cell;

thread_local! {
    static STRICT: Cell<bool> = const { Cell::new(false) };
}

/// Returns whether conversions are currently disabled on this thread.
pub(crate) fn is_strict() -> bool {
    STRICT.get()
}

/// Calls a reader with conversions disabled on this thread.
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
