//! Subscriptions: who is told of new data in which streams, by a webhook or by a message that the first worker claims.

macros::part! {
    part subscriptions::values;
    part subscriptions::objects;
    part subscriptions::conditions;
    part subscriptions::holder;
    part subscriptions::shared;

    part subscriptions::webhook;
    part subscriptions::wake_event;

    part subscriptions::subscription;
    part subscriptions::links;
    part subscriptions::link;
    part subscriptions::claims;
    part subscriptions::acknowledgments;
    part subscriptions::releases;
    part subscriptions::callbacks;
    part subscriptions::list;
    part subscriptions::keys;
}
