//! Work that waits together is done together.
//!
//! Many requests at once want the same scarce thing, such as the database's write lock. Here one of them does the
//! work of all that wait, and hands the turn on: no thread, no runtime, no queue that outlives the requests.

use std::{
    collections::VecDeque,
    future::Future,
    sync::{Mutex, MutexGuard, PoisonError},
};

use futures_channel::oneshot;

/// Inputs that wait for their turn, and whether somebody is at work.
#[derive(Debug)]
pub struct Joined<I, O>(Mutex<State<I, O>>);

#[derive(Debug)]
struct State<I, O> {
    waiting: VecDeque<Waiting<I, O>>,
    is_busy: bool,
}

#[derive(Debug)]
struct Waiting<I, O> {
    input: I,
    caller: oneshot::Sender<Turn<I, O>>,
}

/// What became of one input.
#[derive(Debug)]
pub enum Worked<I, O> {
    /// It has been worked on.
    Done(O),
    /// It has not, and goes on waiting in its place.
    Not(I),
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
        Self(Mutex::new(State { waiting: VecDeque::new(), is_busy: false }))
    }
}

impl<I, O> Joined<I, O> {
    /// Has `input` worked on, with all that waits at the same time; answers its own output. `work` begins after this
    /// was called, takes inputs in the order in which they came, and answers as many outputs in the same order.
    pub async fn run<F: Future<Output = Vec<O>>>(
        &self,
        input: I,
        work: impl Fn(Vec<I>) -> F + Sync,
    ) -> Result<O, Abandoned> {
        let work = |(), inputs| {
            let outputs = work(inputs);
            async { outputs.await.into_iter().map(Worked::Done).collect() }
        };
        self.run_once(input, async || Ok(()), work).await
    }

    /// The same for work that has to wait for something first, such as a lock that others have: `get`, which is called
    /// for whoever leads. What comes meanwhile is worked on with the rest. If `get` gives up, it answers for its own
    /// caller alone, and the next one leads.
    ///
    /// Work may leave inputs for another time. These wait before all that came later, and are worked on next: until they
    /// are done, or their callers have gone.
    pub async fn run_once<G, L: Future<Output = Result<G, O>>, F: Future<Output = Vec<Worked<I, O>>>>(
        &self,
        input: I,
        get: impl Fn() -> L + Sync,
        work: impl Fn(G, Vec<I>) -> F + Sync,
    ) -> Result<O, Abandoned> {
        let mut next = self.begin_or_wait(input);
        loop {
            let own = match next {
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
            match self.lead(own, &get, &work).await? {
                Ok(output) => return Ok(output),
                Err(turn) => next = Begun::Wait(turn),
            }
        }
    }

    fn begin_or_wait(&self, input: I) -> Begun<I, O> {
        let mut state = self.lock();
        if !state.is_busy {
            state.is_busy = true;
            return Begun::Lead(input);
        }
        let (caller, turn) = oneshot::channel();
        state.waiting.push_back(Waiting { input, caller });
        Begun::Wait(turn)
    }

    /// Works on `own` and on all that wait; the output of `own`, or, if that was left, the place where it waits.
    async fn lead<G, L: Future<Output = Result<G, O>>, F: Future<Output = Vec<Worked<I, O>>>>(
        &self,
        own: I,
        get: impl Fn() -> L + Sync,
        work: impl Fn(G, Vec<I>) -> F + Sync,
    ) -> Result<Result<O, oneshot::Receiver<Turn<I, O>>>, Abandoned> {
        // Hands the turn on however this ends: those whose work is lost hear that they were abandoned.
        let _handover = Handover(self);
        let got = match get().await {
            Ok(got) => got,
            Err(output) => return Ok(Ok(output)),
        };
        let (others, callers): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.lock().waiting).into_iter().map(|one| (one.input, one.caller)).unzip();
        let inputs = std::iter::once(own).chain(others).collect();
        let mut worked = work(got, inputs).await.into_iter();
        let own = worked.next().ok_or(Abandoned)?;
        let mut left = Vec::new();
        for (caller, worked) in callers.into_iter().zip(worked) {
            match worked {
                // A caller that went away does not want to know.
                Worked::Done(output) => drop(caller.send(Turn::Done(output))),
                Worked::Not(input) => left.push(Waiting { input, caller }),
            }
        }
        let own = match own {
            Worked::Done(output) => Ok(output),
            Worked::Not(input) => {
                let (caller, turn) = oneshot::channel();
                left.insert(0, Waiting { input, caller });
                Err(turn)
            }
        };
        let mut state = self.lock();
        for waiting in left.into_iter().rev() {
            state.waiting.push_front(waiting);
        }
        Ok(own)
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
        while let Some(Waiting { input, caller }) = state.waiting.pop_front() {
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
        assert_eq!(finish(waiting), Ok(3));
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
        for _ in 0..3 {
            assert!(leader.as_mut().poll(&mut context).is_pending(), "it works for both now, for ever");
        }
        drop(leader);
        assert_eq!(follower.as_mut().poll(&mut context), Poll::Ready(Err(Abandoned)));
        assert_eq!(finish(joined.run(4, async |inputs| inputs)), Ok(4));
    }

    #[test]
    fn what_comes_while_the_first_waits_is_worked_on_with_it() {
        let joined = Joined::default();
        let late = async {
            pass().await;
            joined.run(2, async |inputs| inputs).await
        };
        let get = async || {
            pass().await;
            pass().await;
            Ok("got")
        };
        let first = joined.run_once(1, get, async |got, inputs: Vec<u32>| {
            assert_eq!((got, &inputs[..]), ("got", &[1, 2][..]));
            inputs.into_iter().map(Worked::Done).collect()
        });
        assert_eq!(finish(futures_util::future::join(first, late)), (Ok(1), Ok(2)));
    }

    #[test]
    fn who_gives_up_waiting_does_so_alone() {
        let joined = Joined::default();
        let work = async |(), inputs: Vec<u32>| inputs.into_iter().map(Worked::Done).collect();
        let impatient = joined.run_once(
            1,
            async || {
                pass().await;
                Err(0)
            },
            work,
        );
        let patient = joined.run_once(2, async || Ok(()), work);
        assert_eq!(finish(futures_util::future::join(impatient, patient)), (Ok(0), Ok(2)));
        assert!(!joined.lock().is_busy);
    }

    #[test]
    fn what_is_left_waits_in_its_place_and_is_worked_on_next() {
        let joined = Joined::default();
        let seen = Mutex::new(Vec::new());
        // Each round is too much for all but the first.
        let work = async |(), inputs: Vec<u32>| {
            seen.lock().unwrap().push(inputs.clone());
            pass().await;
            let worked = |(place, input)| if place == 0 { Worked::Done(input) } else { Worked::Not(input) };
            inputs.into_iter().enumerate().map(worked).collect()
        };
        let run = |input| joined.run_once(input, async || Ok(()), work);
        let late = async {
            pass().await;
            run(4).await
        };
        let first = futures_util::future::join3(run(1), run(2), run(3));
        let (first, late) = finish(futures_util::future::join(first, late));
        assert_eq!((first, late), ((Ok(1), Ok(2), Ok(3)), Ok(4)));
        assert_eq!(seen.into_inner().unwrap(), [vec![1], vec![2, 3], vec![3, 4], vec![4]]);
        assert!(!joined.lock().is_busy);
    }

    #[test]
    fn who_leads_and_is_left_waits_with_the_others() {
        let joined = Joined::default();
        let rounds = AtomicUsize::new(0);
        let work = async |(), inputs: Vec<u32>| {
            let is_ready = rounds.fetch_add(1, Ordering::SeqCst) == 3;
            pass().await;
            inputs.into_iter().map(|i| if is_ready { Worked::Done(i) } else { Worked::Not(i) }).collect()
        };
        let run = |input| joined.run_once(input, async || Ok(()), work);
        assert_eq!(finish(futures_util::future::join(run(1), run(2))), (Ok(1), Ok(2)));
        assert_eq!(rounds.into_inner(), 4);
        assert!(!joined.lock().is_busy);
    }

    #[test]
    fn what_is_left_and_whose_caller_has_gone_is_left_out() {
        let joined = Joined::<u32, u32>::default();
        let mut context = Context::from_waker(Waker::noop());
        let get = async || {
            pass().await;
            Ok(())
        };
        let mut first = Box::pin(joined.run_once(1, get, async |(), inputs: Vec<u32>| {
            pass().await;
            inputs.into_iter().map(|i| if i == 1 { Worked::Done(i) } else { Worked::Not(i) }).collect()
        }));
        let mut gone = Box::pin(joined.run(2, async |inputs| inputs));
        let mut stays = Box::pin(joined.run(3, async |inputs| {
            assert_eq!(inputs, [3]);
            inputs
        }));
        assert!(first.as_mut().poll(&mut context).is_pending());
        assert!(gone.as_mut().poll(&mut context).is_pending());
        assert!(stays.as_mut().poll(&mut context).is_pending());
        assert!(first.as_mut().poll(&mut context).is_pending(), "it works on all three");
        drop(gone);
        assert_eq!(finish(first), Ok(1));
        assert_eq!(finish(stays), Ok(3));
    }
}
