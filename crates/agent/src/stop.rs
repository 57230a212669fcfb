use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

/// A button that ends a run. Its clones are the same button.
#[derive(Debug, Clone, Default)]
pub struct Stop(Rc<Button>);

#[derive(Debug, Default)]
struct Button {
    is_pressed: Cell<bool>,
    waits: RefCell<Option<Waker>>,
}

impl Stop {
    /// Ends the run.
    pub fn press(&self) {
        self.0.is_pressed.set(true);
        if let Some(waker) = self.0.waits.take() {
            waker.wake();
        }
    }

    /// Whether it was pressed.
    #[must_use]
    pub fn is_pressed(&self) -> bool {
        self.0.is_pressed.get()
    }

    /// Waits until it is pressed. One waits at a time.
    pub async fn pressed(&self) {
        poll_fn(|context| {
            if self.is_pressed() {
                return Poll::Ready(());
            }
            *self.0.waits.borrow_mut() = Some(context.waker().clone());
            Poll::Pending
        })
        .await;
    }
}
