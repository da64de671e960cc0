//! Actions that do not exist.

macros::part! {
    /// Does what `action` names.
    endpoint act = POST {
        needs admin(path);

        refuse { always => NoAction; }

        /// `action` is missing.
        outcome NoAction = 400 problem "no-action" { CacheControl = NoStore; }

        /// A request without the name of an action gets 400.
        example no_action {
            send POST "/v1/admin/streams/a";
            expect NoAction;
        }
        /// Another name is malformed.
        example no_such_action {
            send POST "/v1/admin/streams/a" { Action = "explode"; }
            expect BadRequest;
        }
    }
}
