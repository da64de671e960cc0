//! The newest row of the log after the checkpoint of a stream, which has its tail, fence and what else changes with each append.

/// Each row of `streams`, joined as `newest` with the newest row of the log after its tail, if there is one.
macro_rules! with_newest {
    ($streams:literal) => {
        concat!(
            $streams,
            " LEFT JOIN log AS newest ON newest.generation = ",
            $streams,
            ".generation AND newest.start = ",
            crate::log::newest::newest!($streams, "start")
        )
    };
}

/// A column of the newest row of the log after the tail of a row of `streams`. NULL, if there is none.
macro_rules! newest {
    ($streams:literal, $column:literal) => {
        concat!(
            "(SELECT ",
            $column,
            " FROM log WHERE log.generation = ",
            $streams,
            ".generation AND log.start >= ",
            $streams,
            ".tail ORDER BY log.start DESC LIMIT 1)"
        )
    };
}

/// The current tail of a row of `streams`.
macro_rules! tail {
    ($streams:literal) => {
        concat!("coalesce(", crate::log::newest::newest!($streams, "stop"), ", ", $streams, ".tail)")
    };
}

/// The current fence of a row of `streams`.
macro_rules! fence {
    ($streams:literal) => {
        concat!("coalesce(", crate::log::newest::newest!($streams, "log.fence"), ", ", $streams, ".fence)")
    };
}

pub(in crate::log) use {fence, newest, tail, with_newest};
