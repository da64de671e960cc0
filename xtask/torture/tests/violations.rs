//! The checker sees each way in which a server can break its word, and nothing where it has kept it.

use torture::check::{Found, Violation, check};
use torture::history::{Answer, History, Life, List, Presence, Sight, Write};
use torture::log::{Kind, Log};

/// A history of one stream of bytes, and what is there in the end.
struct Case {
    history: History,
    found: Found,
}

fn text(text: &str) -> Log {
    Log::of_text(Kind::Bytes, text.as_bytes())
}

/// Four bytes that no other append has.
fn append(number: u64) -> String {
    format!("<{number}|>")
}

/// Three appends of one producer, the second of which was answered only when it was repeated, and one of another writer
/// of which nothing is known; all of them are there, and a reader saw it.
fn kept() -> Case {
    let write = |number, attempts, answers: &[Answer], sent, answered| Write {
        stream: 0,
        writer: "p".into(),
        number,
        body: text(&append(number)),
        attempts,
        answers: answers.to_vec(),
        sent,
        answered,
    };
    let history = History::default();
    history.writes.borrow_mut().extend([
        write(0, 1, &[Answer::Done { stop: 4 }], 1, 2),
        write(1, 2, &[Answer::Repeated { stop: 8 }, Answer::Repeated { stop: 8 }], 3, 4),
        write(2, 1, &[Answer::Done { stop: 16 }], 5, 6),
        Write { writer: "q".into(), ..write(3, 1, &[], 3, 7) },
    ]);
    history.sights.borrow_mut().extend([sight(0, "<0|><1|>", 8), sight(8, "<3|>", 12)]);
    history.lives.borrow_mut().push(Life {
        path: "fork".into(),
        presence: Presence::There,
        origin: Some((0, 6)),
        own: text("!"),
    });
    Case {
        history,
        found: Found { logs: vec![text("<0|><1|><3|><2|>")], lives: vec![Some(text("<0|><1!"))], unsettled: vec![] },
    }
}

fn sight(start: u64, seen: &str, stop: u64) -> Sight {
    Sight { stream: 0, reader: "r".into(), sent: 5, start, seen: text(seen), stop, up_to_date: true }
}

impl Case {
    fn found(mut self, log: &str) -> Self {
        self.found.logs = vec![text(log)];
        self
    }

    fn answered(self, write: usize, answers: &[Answer]) -> Self {
        self.history.writes.borrow_mut()[write].answers = answers.to_vec();
        self
    }

    fn saw(self, sight: Sight) -> Self {
        self.history.sights.borrow_mut().push(sight);
        self
    }

    /// Without readers and lives, which would see some of what is wrong with writes as well.
    fn unseen(self) -> Self {
        self.history.sights.borrow_mut().clear();
        self.history.lives.borrow_mut().clear();
        self
    }

    fn life(mut self, presence: Presence, found: Option<&str>) -> Self {
        self.history.lives.borrow_mut()[0].presence = presence;
        self.found.lives = vec![found.map(text)];
        self
    }

    fn violations(&self) -> Vec<Violation> {
        let mut violations: Vec<_> =
            check(&self.history, &self.found).iter().map(|finding| finding.violation).collect();
        violations.sort_unstable();
        violations.dedup();
        violations
    }

    #[track_caller]
    fn is(&self, expected: &[Violation]) {
        assert_eq!(self.violations(), expected, "{:?}", check(&self.history, &self.found));
    }
}

#[test]
fn a_word_that_was_kept_is_none_broken() {
    kept().is(&[]);
}

#[test]
fn what_was_not_answered_may_be_there_or_not() {
    kept().unseen().answered(2, &[Answer::Done { stop: 12 }]).found("<0|><1|><2|>").is(&[]);
}

#[test]
fn what_was_acknowledged_and_is_not_there_is_lost() {
    kept().unseen().found("<0|><1|><3|>").is(&[Violation::Lost]);
}

#[test]
fn what_is_there_twice_is_doubled() {
    kept().unseen().found("<0|><1|><3|><2|><3|>").is(&[Violation::Doubled]);
    kept().unseen().found("<0|><1|><3|><2|><2|>").is(&[Violation::Doubled]);
}

#[test]
fn what_is_elsewhere_than_its_answer_said_is_misplaced() {
    kept().unseen().found("<0|><1|><2|><3|>").is(&[Violation::Misplaced]);
}

#[test]
fn what_comes_before_what_was_acknowledged_when_it_was_sent_is_reordered() {
    let swapped = kept().unseen().answered(0, &[Answer::Done { stop: 8 }]);
    swapped.answered(1, &[Answer::Repeated { stop: 4 }]).found("<1|><0|><3|><2|>").is(&[Violation::Reordered]);
    // Also if the other one is another writer's.
    let early = kept().unseen().answered(2, &[Answer::Done { stop: 12 }]).found("<0|><1|><2|><3|>");
    early.history.writes.borrow_mut()[3].answers = vec![Answer::Done { stop: 16 }];
    early.is(&[]);
    early.history.writes.borrow_mut()[3].answered = 4;
    early.is(&[Violation::Reordered]);
}

#[test]
fn what_one_writer_sent_is_in_its_order_even_if_it_was_not_answered() {
    let swapped = kept().unseen().answered(0, &[]).answered(1, &[]);
    swapped.found("<1|><0|><3|><2|>").is(&[Violation::Reordered]);
}

#[test]
fn half_an_append_is_torn() {
    kept().unseen().found("<0|><1|><3|><2|><4").is(&[Violation::Torn]);
    kept().unseen().found("<0|><1|><3|><2|><3").is(&[Violation::Torn]);
}

#[test]
fn half_an_append_of_messages_is_torn() {
    let (history, messages) = (History::default(), Log::of_page(Kind::Json, br#"["<0.0|>","<0.1|>"]"#).unwrap());
    history.writes.borrow_mut().push(Write {
        stream: 0,
        writer: "w".into(),
        number: 0,
        body: messages.clone(),
        attempts: 1,
        answers: vec![],
        sent: 1,
        answered: 2,
    });
    for (count, expected) in [(0, &[][..]), (1, &[Violation::Torn]), (2, &[])] {
        let found = Found { logs: vec![messages.until(count).unwrap()], lives: vec![], unsettled: vec![] };
        let violations: Vec<_> = check(&history, &found).iter().map(|finding| finding.violation).collect();
        assert_eq!(violations, expected, "{count} of two messages");
    }
}

#[test]
fn what_was_refused_is_a_violation_whatever_was_found() {
    kept().answered(3, &[Answer::Refused { status: 409 }]).is(&[Violation::Refused]);
    let case = kept();
    case.history.refusals.borrow_mut().push("a creation: 409".into());
    case.is(&[Violation::Refused]);
}

#[test]
fn answers_to_repetitions_agree() {
    let (done, repeated) = (Answer::Done { stop: 8 }, Answer::Repeated { stop: 8 });
    kept().answered(1, &[done, repeated]).is(&[]);
    kept().answered(1, &[done, done]).is(&[Violation::Inconsistent]);
    kept().answered(1, &[repeated, done]).is(&[Violation::Inconsistent]);
    kept().answered(1, &[repeated, Answer::Repeated { stop: 4 }]).is(&[Violation::Inconsistent]);
    kept().answered(1, &[repeated, Answer::Refused { status: 409 }]).is(&[Violation::Inconsistent]);
    // What was sent once is no repetition.
    kept().answered(0, &[Answer::Repeated { stop: 4 }]).is(&[Violation::Inconsistent]);
}

#[test]
fn a_reader_that_is_shown_too_little_has_a_gap() {
    kept().saw(sight(4, "<3|>", 12)).is(&[Violation::Gap]);
}

#[test]
fn a_reader_that_is_shown_too_much_sees_something_again() {
    kept().saw(sight(8, "<1|><3|>", 12)).is(&[Violation::Repeat]);
    // Nor is it sent back.
    kept().saw(sight(12, "", 8)).is(&[Violation::Repeat]);
}

#[test]
fn what_was_shown_and_is_not_there_is_retracted() {
    kept().saw(sight(8, "<4|>", 12)).is(&[Violation::Retracted]);
    kept().saw(sight(12, "<2|><4|>", 20)).is(&[Violation::Retracted]);
}

#[test]
fn a_reader_that_is_told_it_has_everything_has() {
    kept().saw(sight(0, "<0|>", 4)).is(&[Violation::Stale]);
    // What was acknowledged only after it had asked, it need not see.
    kept().saw(sight(8, "", 8)).is(&[]);
    kept().saw(Sight { up_to_date: false, ..sight(0, "<0|>", 4) }).is(&[]);
}

#[test]
fn streams_on_the_side_are_whole_or_not_at_all() {
    let whole = Some("<0|><1!");
    kept().life(Presence::Unknown, whole).is(&[]);
    kept().life(Presence::Unknown, None).is(&[]);
    kept().life(Presence::Ended, None).is(&[]);
    kept().life(Presence::There, None).is(&[Violation::Life]);
    kept().life(Presence::Ended, whole).is(&[Violation::Life]);
    for presence in [Presence::There, Presence::Unknown] {
        kept().life(presence, Some("<0|><1")).is(&[Violation::Life]);
        kept().life(presence, Some("<0|><1!!")).is(&[Violation::Life]);
    }
}

#[test]
fn a_list_has_what_is_there_and_nothing_that_was_deleted() {
    let list = |settled, paths: &[&str]| {
        let paths = paths.iter().map(|path| (*path).to_owned()).collect();
        List { below: "fo".into(), settled, paths }
    };
    let listed = |presence, list: List| {
        let case = kept();
        case.history.lives.borrow_mut()[0].presence = presence;
        case.history.lists.borrow_mut().push(list);
        check(&case.history, &case.found).iter().any(|finding| finding.violation == Violation::List)
    };
    assert!(!listed(Presence::There, list(1, &["fork"])) && listed(Presence::There, list(1, &[])));
    assert!(!listed(Presence::Ended, list(1, &["other"])) && listed(Presence::Ended, list(1, &["fork"])));
    // What was not settled when the list was asked for can be in it or not.
    assert!(!listed(Presence::There, list(0, &[])) && !listed(Presence::Unknown, list(1, &[])));
}
