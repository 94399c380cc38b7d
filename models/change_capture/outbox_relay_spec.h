// What can be said of a relay of an outbox.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <tuple>

#include "models/spec/declaration/spec.h"
#include "models/topics.h"

namespace models {

// What two relays that poll at a time do about each other.
enum class RowClaim : std::uint8_t { skip_locked, none };
constexpr auto names_of(RowClaim) {
    return std::array{
        spec::Word{"skip_locked", RowClaim::skip_locked,
                   "A poll is a transaction that locks its rows until they are marked, and passes "
                   "over those that another one has locked (FOR UPDATE SKIP LOCKED)."},
        spec::Word{"none", RowClaim::none,
                   "Nothing: relays that poll at a time get the same rows, and publish each of "
                   "them."}};
}

struct OutboxRelaySpec : ProducerSpec {
    static constexpr std::string_view kind = "outbox_relay";
    static constexpr std::string_view doc =
        "Relays an outbox (polling publisher): in each instance of a server a task asks the "
        "database for rows that are not marked as sent, publishes each as a record, and marks them "
        "when they are acknowledged. Steps insert them (`outbox`). What is published and not "
        "marked "
        "when its process dies is published again.";
    spec::FollowRef database;
    spec::PublishRef topic;
    spec::MentionRef runs_in;
    sim::Duration poll_interval = std::chrono::seconds(1);
    std::uint32_t rows_per_poll = 100;
    RowClaim claim = RowClaim::skip_locked;
    sim::Duration event_time = std::chrono::microseconds(50);

    void check(spec::Check& check) const;

    static constexpr auto params() {
        using namespace spec;
        using Spec = OutboxRelaySpec;
        return std::tuple_cat(
            std::tuple{
                required("database", &Spec::database,
                         "The database that has the outbox, or \"node.query\": the query that a "
                         "poll is."),
                required("topic", &Spec::topic, "The topic that rows become records of."),
                required("runs_in", &Spec::runs_in,
                         "The server in each of whose instances a relay runs, and with whose "
                         "processes it dies."),
                param("poll_interval", &Spec::poll_interval,
                      at_least(sim::Duration(std::chrono::milliseconds(1))),
                      "From the beginning of a poll to the next of that instance; at once when it "
                      "takes longer, or brought `rows_per_poll`. The first poll comes within one, "
                      "at random."),
                param("rows_per_poll", &Spec::rows_per_poll, between(1u, 10000u),
                      "Most rows of a poll, the oldest first. They are published one after the "
                      "other and marked together: so many can be published again after a crash."),
                param("claim", &Spec::claim, "How relays keep from publishing the same rows."),
                param("event_time", &Spec::event_time, at_least(sim::Duration::zero()),
                      "Core time of the instance for each record. The default is an assumption.")},
            ProducerSpec::params());
    }
};

}  // namespace models
