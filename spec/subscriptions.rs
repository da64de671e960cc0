//! Subscriptions: new data in streams wakes a webhook, or the first worker that claims it.

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
