// What can be said of a connector that captures changes.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <tuple>

#include "models/spec/declaration/spec.h"
#include "models/topics.h"

namespace models {

enum class CapturedRows : std::uint8_t { items, outbox };
constexpr auto names_of(CapturedRows) {
    return std::array{
        spec::Word{"items", CapturedRows::items, "Every write of an item."},
        spec::Word{"outbox", CapturedRows::outbox,
                   "Rows that steps insert into its outbox (Debezium's outbox event router)."}};
}

struct CdcConnectorSpec : ProducerSpec {
    static constexpr std::string_view kind = "cdc_connector";
    static constexpr std::string_view doc =
        "Change data capture (Debezium): one task, in an instance of a server, reads a database's "
        "log by a replication slot, publishes a record for each change that is committed, and "
        "commits how far it got from time to time. A task that begins again reads from there: what "
        "it had published since is published again, and nothing is lost.";
    spec::TailRef database;
    spec::PublishRef topic;
    spec::MentionRef runs_in;
    CapturedRows captures = CapturedRows::items;
    sim::Duration poll_interval = std::chrono::milliseconds(500);
    std::uint32_t max_batch = 2048;
    sim::Duration offset_flush_interval = std::chrono::minutes(1);
    sim::Duration decode_time = std::chrono::microseconds(10);
    sim::Duration event_time = std::chrono::microseconds(50);

    void check(spec::Check& check) const;

    static constexpr auto params() {
        using namespace spec;
        using Spec = CdcConnectorSpec;
        constexpr auto none = at_least(sim::Duration::zero());
        constexpr auto least = at_least(sim::Duration(std::chrono::milliseconds(1)));
        return std::tuple_cat(
            std::tuple{
                required("database", &Spec::database, "The database whose log it reads."),
                required("topic", &Spec::topic, "The topic that changes become records of."),
                required("runs_in", &Spec::runs_in,
                         "The server whose instances are its workers (Kafka Connect): the task "
                         "runs in one of them, dies with its process, and is taken over by "
                         "another at once."),
                param("captures", &Spec::captures, "What of the log becomes records."),
                param(
                    "poll_interval", &Spec::poll_interval, least,
                    "How long it waits for a batch to be full (poll.interval.ms); what has come by "
                    "then is published."),
                param("max_batch", &Spec::max_batch, between(1u, 1000000u),
                      "Changes that are a full batch, and most that are published at a time "
                      "(max.batch.size). Four times as many are read ahead."),
                param("offset_flush_interval", &Spec::offset_flush_interval, least,
                      "How often it commits how far it has published (offset.flush.interval.ms): "
                      "the log is kept from there on."),
                param("decode_time", &Spec::decode_time, none,
                      "Core time of the database to decode a change. The default is an "
                      "assumption."),
                param("event_time", &Spec::event_time, none,
                      "Core time of the worker for each change. The default is an assumption.")},
            ProducerSpec::params());
    }
};

}  // namespace models
