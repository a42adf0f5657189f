//! Random things happen in two channels, and after each of them all is as a plain model says.

mod checks;
mod clients;
mod model;
mod steps;
mod world;

use proptest::prelude::*;

use world::World;

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_store_keeps_what_moderators_were_promised(steps in steps::steps()) {
        let mut world = World::new();
        for step in &steps {
            world.take(step);
        }
        world.finish();
    }
}
