//! What every store promises: one function a promise, each given a fresh store.
//!
//! [`conformance_tests!`](crate::conformance_tests) makes one test of each promise, and
//! [`reopening_tests!`](crate::reopening_tests) those of stores that outlive their process:
//!
//! ```
//! mod tests {
//!     async fn fresh() -> (trackward_store::MemoryStore, ()) {
//!         (trackward_store::MemoryStore::new(), ())
//!     }
//!     trackward_store::conformance_tests!(fresh);
//! }
//! ```
#![expect(clippy::missing_panics_doc, reason = "a promise that is not kept panics, that is what it is for")]

mod acting;
mod adding;
mod committing;
mod counting;
mod discovering;
mod erasing;
mod hearing;
mod leasing;
mod reading;
mod reopening;
pub(crate) mod scene;
mod scheduling;

pub use acting::*;
pub use adding::*;
pub use committing::*;
pub use counting::*;
pub use discovering::*;
pub use erasing::*;
pub use hearing::*;
pub use leasing::*;
pub use reading::*;
pub use reopening::*;
pub use scheduling::*;

/// One test a promise of [`Store`](crate::Store).
///
/// Takes the path of a function whose future answers a fresh store and what must live as long as it.
#[macro_export]
macro_rules! conformance_tests {
    ($fresh:path) => {
        $crate::conformance_tests! { @each $fresh;
            added_page_is_due_at_once
            page_is_due_when_its_first_check_is_to_be
            preview_answers_as_adding_would_and_adds_nothing
            same_watch_twice_is_one_link
            spellings_of_a_page_share_it_and_the_first_is_fetched
            watch_with_more_facts_updates_its_link
            archived_link_stays_archived_when_added_again
            link_added_to_a_checked_page_makes_it_due
            watch_whose_id_is_taken_adds_nothing
            any_number_of_watches_is_added_in_order

            leased_host_is_not_leased_again
            hosts_leased_at_the_same_time_are_disjoint
            heavier_host_is_leased_first
            no_more_is_leased_than_asked_for_and_the_rest_comes_next
            page_is_due_at_its_planned_instant_and_not_before
            page_not_checked_since_is_due_whatever_its_plan
            only_named_hosts_are_leased
            named_idle_host_is_leased_without_pages_where_asked_for
            resting_host_is_leased_all_the_same
            released_host_is_leased_again_cleanly
            lease_that_ran_out_is_leased_again_as_unclean
            renewed_lease_holds_longer
            lost_lease_is_not_renewed

            commit_writes_page_links_host_events_and_evidence
            part_whose_lease_was_lost_changes_nothing_and_the_others_count
            link_changed_meanwhile_keeps_its_state_and_its_event_is_dropped
            link_that_is_known_does_not_appear_again
            commit_repeated_changes_nothing
            last_commit_of_a_host_ends_its_lease
            link_added_during_a_check_leaves_its_page_due
            run_goes_on_with_the_links_counted

            candidate_is_noted_once_and_keeps_its_look
            candidates_of_a_host_are_bounded
            candidates_of_a_lost_lease_change_nothing
            page_that_discovery_found_is_watched_from_then_on
            page_that_was_known_is_not_found_again

            claim_is_kept_beside_its_link
            loss_that_is_claimed_of_a_live_link_is_told_once
            claim_of_an_archived_link_or_of_our_own_list_is_not_kept

            visits_are_counted_for_the_links_that_brought_them
            visits_count_once
            visits_of_any_number_of_links_are_counted

            act_is_written_with_its_event
            refused_act_refuses_all
            page_with_nothing_watched_is_not_due_until_resumed
            page_whose_last_link_was_archived_during_a_check_is_not_due
            last_word_of_a_hosts_owner_is_kept

            older_evidence_is_erased_and_its_events_stay
            evidence_of_a_page_is_erased
            evidence_of_a_host_is_erased
            evidence_of_a_link_is_erased
            evidence_read_after_a_redirect_is_erased_by_either_page
            evidence_of_several_links_is_erased_with_any
            evidence_of_several_pages_is_erased_with_any
            any_number_of_evidences_is_erased_once
            erasing_what_is_unknown_erases_nothing

            links_are_read_in_pages_without_gap_or_double
            links_are_read_by_state_host_ledger_page_prefix_and_time
            events_are_numbered_without_gaps_and_read_in_pages
            events_are_read_by_period_and_link
            counts_equal_a_scan
            next_due_is_the_soonest_plan
            pages_planned_too_late_are_pulled_in
            runs_are_numbered_and_read_by_their_beginning
            what_was_never_stored_is_none

            lessons_add_up_and_the_last_price_holds
            pages_are_cut_by_class_and_then_by_due_time
            page_is_brought_forward_and_never_put_off
        }
    };
    (@each $fresh:path; $($promise:ident)+) => {
        $(
            #[tokio::test]
            async fn $promise() {
                let (store, _kept) = $fresh().await;
                $crate::conformance::$promise(&store).await;
            }
        )+
    };
}

/// One test a promise of a store that outlives its process.
///
/// Takes the path of a function whose future answers a fresh [`Reopen`](crate::conformance::Reopen).
#[macro_export]
macro_rules! reopening_tests {
    ($fresh:path) => {
        $crate::reopening_tests! { @each $fresh;
            what_was_acknowledged_is_there_after_reopening
            erased_evidence_stays_erased_after_reopening
            host_leased_by_an_earlier_process_is_leased_as_unclean
            host_released_by_an_earlier_process_is_leased_cleanly
            lease_of_an_earlier_process_is_not_ours
        }
    };
    (@each $fresh:path; $($promise:ident)+) => {
        $(
            #[tokio::test]
            async fn $promise() {
                $crate::conformance::$promise($fresh().await).await;
            }
        )+
    };
}
