use std::collections::BTreeSet;

use super::*;

#[test]
fn names_are_unique_and_lead_back() {
    let names: BTreeSet<_> = Action::ALL.iter().map(|a| a.name()).collect();
    assert_eq!(names.len(), Action::ALL.len());
    for &action in Action::ALL {
        let info = action.info();
        assert_eq!(info.action, action);
        assert_eq!(Action::parse(info.name), Some(action));
        assert!(!info.doc.is_empty() && !info.layers.is_empty(), "{action}");
        assert!(
            info.name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        );
    }
}

#[test]
fn what_needs_a_verb_that_is_no_read_writes() {
    for info in INFOS {
        match info.needs {
            Some("get" | "get log" | "list" | "watch") => {
                assert!(!info.writes, "{}", info.name);
            }
            Some(_) => assert!(info.writes, "{}", info.name),
            // Whatever was changed can be taken back, of any resource.
            None => assert_eq!(info.writes, info.action == Action::Undo, "{}", info.name),
        }
    }
}

#[test]
fn every_action_that_writes_has_its_offer() {
    let offered: BTreeSet<_> = crate::change::OFFERS.iter().map(|o| o.action).collect();
    // A terminal in a container, a connection to it or a look at its files changes nothing by itself.
    let own = |action: Action| action.leads_into_pods().is_some();
    let writes = INFOS.iter().filter(|info| info.writes && !own(info.action));
    assert_eq!(writes.map(|info| info.name).collect::<BTreeSet<_>>(), offered);
}

#[test]
fn the_verb_that_is_shown_is_one_that_the_offer_needs() {
    // What taking a change back needs depends on the change.
    for offer in crate::change::OFFERS.iter().filter(|offer| offer.action != "undo") {
        let needs = (offer.needs)(&crate::kinds::Resource::default());
        let words: Vec<String> = needs.iter().map(crate::change::Need::words).collect();
        let shown = Action::parse(offer.action).and_then(|action| action.info().needs);
        assert!(shown.is_some_and(|verb| words.iter().any(|w| w == verb)), "{}", offer.action);
    }
}

#[test]
fn slots_are_nine() {
    assert_eq!(Action::Namespace1.namespace_slot(), Some(0));
    assert_eq!(Action::Namespace9.namespace_slot(), Some(8));
    assert_eq!(Action::ToggleFavourite.namespace_slot(), None);
    assert_eq!(Action::CopyName.namespace_slot(), None);
}

#[test]
fn what_is_done_to_a_row_is_done_from_the_tree_too() {
    let tables =
        INFOS.iter().filter(|info| info.needs.is_some() && info.action.is_in(Layer::Browse));
    let only: Vec<&str> =
        tables.filter(|info| !info.action.is_in(Layer::Map)).map(|info| info.name).collect();
    assert!(only.is_empty(), "{only:?}");
}
