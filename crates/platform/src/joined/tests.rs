//! Who works for whom, and who hears what of it.

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
    let (first, second, third) =
        finish(async { futures_util::future::join3(joined.run(1, work), joined.run(2, work), late).await });
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
