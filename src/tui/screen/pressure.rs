//! What the time that frames took says about the link: how often to draw, and how much.
//!
//! A fast link takes a frame into the kernel's buffer at once; over a slow one the buffer is full and a frame takes as
//! long as the link needs. Frames that nobody pressed a key for are then made to use at most half of the link.

use std::time::Duration;

/// Least time between frames the backend causes (30 a second).
const SHORTEST: Duration = Duration::from_millis(33);
/// Longest: even over the worst link the screen moves once a second.
const LONGEST: Duration = Duration::from_secs(1);
/// A frame that takes longer than this makes the next ones simpler.
const SLOW: Duration = Duration::from_millis(150);
/// Below this they are full again; apart from [`SLOW`], so that detail does not flicker.
const FAST: Duration = Duration::from_millis(50);

/// How much a frame should show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    /// Everything.
    #[default]
    Full,
    /// Only what answers the question: no sparklines that move, no spinners, no rates.
    Reduced,
}

/// The running measure.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pressure {
    usual: Duration,
    detail: Detail,
}

impl Pressure {
    /// Notes a frame that took the given time from hand-over to the last byte.
    pub(super) fn note(&mut self, took: Duration) {
        self.usual = (self.usual * 3 + took) / 4;
        if self.usual > SLOW {
            self.detail = Detail::Reduced;
        } else if self.usual < FAST {
            self.detail = Detail::Full;
        }
    }

    /// Least time between frames that no key caused.
    pub(super) fn interval(&self) -> Duration {
        (self.usual * 2).clamp(SHORTEST, LONGEST)
    }

    pub(super) fn detail(&self) -> Detail {
        self.detail
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(frames: &[u64]) -> (Duration, Detail) {
        let mut pressure = Pressure::default();
        for &took in frames {
            pressure.note(Duration::from_millis(took));
        }
        (pressure.interval(), pressure.detail())
    }

    #[test]
    fn a_link_that_takes_frames_at_once_gets_thirty_a_second() {
        assert_eq!(after(&[0, 1, 0, 1]), (SHORTEST, Detail::Full));
    }

    #[test]
    fn one_late_frame_slows_but_does_not_simplify() {
        let (interval, detail) = after(&[0, 0, 400]);
        assert_eq!((interval, detail), (Duration::from_millis(200), Detail::Full));
    }

    #[test]
    fn a_slow_link_gets_fewer_and_simpler_frames_and_never_less_than_one_a_second() {
        let slow = [300; 8];
        let (interval, detail) = after(&slow);
        assert!(interval > Duration::from_millis(500), "{interval:?}");
        assert_eq!(detail, Detail::Reduced);
        assert_eq!(after(&[30_000, 30_000]).0, LONGEST);
    }

    #[test]
    fn detail_comes_back_when_the_link_does() {
        let mut frames = vec![300; 8];
        frames.extend([0; 12]);
        assert_eq!(after(&frames), (SHORTEST, Detail::Full));
    }
}
