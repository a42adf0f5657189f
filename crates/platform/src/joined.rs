//! Work that waits together is done together.
//!
//! Many requests at once want the same scarce thing, such as the database's write lock. Here one of them does the
//! work of all that wait, and hands the turn on: no thread, no runtime, no queue that outlives the requests.

use std::{
    future::Future,
    sync::{Mutex, MutexGuard, PoisonError},
};

use futures_channel::oneshot;

/// Inputs that wait for their turn, and whether somebody is at work.
#[derive(Debug)]
pub struct Joined<I, O>(Mutex<State<I, O>>);

#[derive(Debug)]
struct State<I, O> {
    waiting: Vec<Waiting<I, O>>,
    is_busy: bool,
}

#[derive(Debug)]
struct Waiting<I, O> {
    input: I,
    caller: oneshot::Sender<Turn<I, O>>,
}

/// What a waiting caller is told.
#[derive(Debug)]
enum Turn<I, O> {
    /// Its input has been worked on by somebody else.
    Done(O),
    /// It is the one to work now, on its input and on all that wait.
    Lead(I),
}

/// Whoever was at work on this input has gone away in the middle of it: nobody knows how far the work came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("whoever worked on it went away")]
pub struct Abandoned;

impl<I, O> Default for Joined<I, O> {
    fn default() -> Self {
        Self(Mutex::new(State { waiting: Vec::new(), is_busy: false }))
    }
}

impl<I, O> Joined<I, O> {
    /// Has `input` worked on, with all that waits at the same time; answers its own output. `work` begins after this
    /// was called, takes inputs in the order in which they came, and answers as many outputs in the same order.
    pub async fn run<F: Future<Output = Vec<O>>>(
        &self,
        input: I,
        work: impl FnOnce(Vec<I>) -> F,
    ) -> Result<O, Abandoned> {
        let own = match self.begin_or_wait(input) {
            Begun::Lead(input) => input,
            Begun::Wait(turn) => {
                let mut place = Place { joined: self, turn };
                match (&mut place.turn).await {
                    Ok(Turn::Done(output)) => return Ok(output),
                    Ok(Turn::Lead(input)) => input,
                    Err(oneshot::Canceled) => return Err(Abandoned),
                }
            }
        };
        self.lead(own, work).await
    }

    fn begin_or_wait(&self, input: I) -> Begun<I, O> {
        let mut state = self.lock();
        if !state.is_busy {
            state.is_busy = true;
            return Begun::Lead(input);
        }
        let (caller, turn) = oneshot::channel();
        state.waiting.push(Waiting { input, caller });
        Begun::Wait(turn)
    }

    async fn lead<F: Future<Output = Vec<O>>>(
        &self,
        own: I,
        work: impl FnOnce(Vec<I>) -> F,
    ) -> Result<O, Abandoned> {
        // Hands the turn on however this ends: those whose work is lost hear that they were abandoned.
        let _handover = Handover(self);
        let (others, callers): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.lock().waiting).into_iter().map(|one| (one.input, one.caller)).unzip();
        let inputs = std::iter::once(own).chain(others).collect();
        let mut outputs = work(inputs).await.into_iter();
        let own = outputs.next().ok_or(Abandoned);
        for (caller, output) in callers.into_iter().zip(outputs) {
            // A caller that went away does not want to know.
            drop(caller.send(Turn::Done(output)));
        }
        own
    }

    fn lock(&self) -> MutexGuard<'_, State<I, O>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Begun<I, O> {
    Lead(I),
    Wait(oneshot::Receiver<Turn<I, O>>),
}

/// A place among those who wait.
struct Place<'a, I, O> {
    joined: &'a Joined<I, O>,
    turn: oneshot::Receiver<Turn<I, O>>,
}

impl<I, O> Drop for Place<'_, I, O> {
    fn drop(&mut self) {
        self.turn.close();
        // Called up, but gone before hearing it: the next one is.
        if let Ok(Some(Turn::Lead(_))) = self.turn.try_recv() {
            drop(Handover(self.joined));
        }
    }
}

/// Gives the turn to the first who still waits.
struct Handover<'a, I, O>(&'a Joined<I, O>);

impl<I, O> Drop for Handover<'_, I, O> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        while !state.waiting.is_empty() {
            let Waiting { input, caller } = state.waiting.remove(0);
            if caller.send(Turn::Lead(input)).is_ok() {
                return;
            }
        }
        state.is_busy = false;
    }
}

#[cfg(test)]
mod tests {
    use std::{
        pin::pin,
        sync::atomic::{AtomicUsize, Ordering},
        task::{Context, Poll, Waker},
    };

    use futures_util::future::join_all;

    use super::*;

    /// Lets everybody else have a turn.
    async fn pass() {
        let mut passed = false;
        std::future::poll_fn(|context| {
            if std::mem::replace(&mut passed, true) {
                return Poll::Ready(());
            }
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }

    fn finish<F: Future>(future: F) -> F::Output {
        let mut future = pin!(future);
        let mut context = Context::from_waker(Waker::noop());
        for _ in 0..10_000 {
            if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
                return output;
            }
        }
        panic!("nobody has the turn");
    }

    #[test]
    fn what_waits_together_is_done_together_and_each_gets_its_own_answer() {
        let (joined, rounds) = (Joined::default(), AtomicUsize::new(0));
        let callers = (0..100_u32).map(|input| {
            joined.run(input, async |inputs: Vec<u32>| {
                rounds.fetch_add(1, Ordering::SeqCst);
                pass().await;
                inputs.into_iter().map(|input| input * 2).collect()
            })
        });
        let outputs = finish(join_all(callers));
        assert_eq!(outputs, (0..100).map(|input| Ok(input * 2)).collect::<Vec<_>>());
        assert_eq!(rounds.load(Ordering::SeqCst), 2, "the first alone, and then all that waited meanwhile");
        assert!(!joined.lock().is_busy);
    }

    #[test]
    fn inputs_that_come_while_others_are_worked_on_wait_for_a_round_of_their_own() {
        let joined = Joined::default();
        let seen = Mutex::new(Vec::new());
        let work = async |inputs: Vec<u32>| {
            seen.lock().unwrap().push(inputs.clone());
            pass().await;
            inputs
        };
        let late = async {
            pass().await;
            joined.run(3, work).await
        };
        let (first, second, third) = finish(async {
            futures_util::future::join3(joined.run(1, work), joined.run(2, work), late).await
        });
        assert_eq!((first, second, third), (Ok(1), Ok(2), Ok(3)));
        assert_eq!(seen.into_inner().unwrap()[0], [1]);
    }

    #[test]
    fn a_worker_that_goes_away_hands_the_turn_on() {
        let joined = Joined::<u32, u32>::default();
        let mut context = Context::from_waker(Waker::noop());
        let mut stuck = Box::pin(joined.run(1, |_| std::future::pending()));
        assert!(stuck.as_mut().poll(&mut context).is_pending());
        let mut gone = Box::pin(joined.run(2, async |inputs| inputs));
        assert!(gone.as_mut().poll(&mut context).is_pending());
        let mut waiting = Box::pin(joined.run(3, async |inputs| inputs));
        assert!(waiting.as_mut().poll(&mut context).is_pending());
        drop(gone);
        drop(stuck);
        assert_eq!(waiting.as_mut().poll(&mut context), Poll::Ready(Ok(3)));
        assert!(!joined.lock().is_busy);
    }

    #[test]
    fn a_caller_that_goes_away_when_its_turn_has_come_hands_it_on() {
        let joined = Joined::<u32, u32>::default();
        let mut context = Context::from_waker(Waker::noop());
        let mut first = Box::pin(joined.run(1, |_| std::future::pending()));
        let mut called = Box::pin(joined.run(2, async |inputs| inputs));
        assert!(first.as_mut().poll(&mut context).is_pending());
        assert!(called.as_mut().poll(&mut context).is_pending());
        drop(first);
        drop(called);
        assert_eq!(finish(joined.run(3, async |inputs| inputs)), Ok(3));
    }

    #[test]
    fn whose_work_was_under_way_hears_that_it_was_abandoned() {
        let joined = Joined::<u32, u32>::default();
        let mut context = Context::from_waker(Waker::noop());
        let mut first = Box::pin(joined.run(1, async |inputs| {
            pass().await;
            inputs
        }));
        assert!(first.as_mut().poll(&mut context).is_pending());
        let mut leader = Box::pin(joined.run(2, |_| std::future::pending()));
        let mut follower = Box::pin(joined.run(3, async |inputs| inputs));
        assert!(leader.as_mut().poll(&mut context).is_pending());
        assert!(follower.as_mut().poll(&mut context).is_pending());
        assert_eq!(first.as_mut().poll(&mut context), Poll::Ready(Ok(1)));
        assert!(leader.as_mut().poll(&mut context).is_pending(), "it works for both now, for ever");
        drop(leader);
        assert_eq!(follower.as_mut().poll(&mut context), Poll::Ready(Err(Abandoned)));
        assert_eq!(finish(joined.run(4, async |inputs| inputs)), Ok(4));
    }
}
