// What can be said of a database's log; see wal.h.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string_view>
#include <tuple>

#include "models/spec/spec.h"
#include "models/times.h"

namespace models {

enum class SynchronousCommit { on, off };
constexpr auto names_of(SynchronousCommit) {
    return std::array{
        spec::Word{"on", SynchronousCommit::on,
                   "A write is acknowledged when its record is on disk "
                   "(innodb_flush_log_at_trx_commit = 1)."},
        spec::Word{
            "off", SynchronousCommit::off,
            "At once, and its record follows: a crash loses what has not (0 or 2 there, with "
            "a wal_writer_delay of 1 s)."}};
}

struct WalSpec {
    static constexpr std::string_view type_name = "wal";
    static constexpr std::string_view doc = "The log that a write must be in to be safe.";
    Times fsync_time = spec::Constant<sim::Duration>{std::chrono::milliseconds(1)};
    sim::Bytes bytes_per_write{200};
    std::optional<sim::Bytes> bytes_per_second;
    SynchronousCommit synchronous_commit = SynchronousCommit::on;
    bool group_commit = true;
    sim::Duration commit_delay{};
    std::uint32_t commit_siblings = 5;
    sim::Duration wal_writer_delay = std::chrono::milliseconds(200);
    static constexpr auto params() {
        using namespace spec;
        using Spec = WalSpec;
        constexpr auto none = at_least(sim::Duration::zero());
        constexpr auto terabyte = at_most(sim::Bytes{std::uint64_t{1} << 40U});
        return std::tuple{
            param("fsync_time", &Spec::fsync_time, "Until the device says that it has it."),
            param("bytes_per_write", &Spec::bytes_per_write, at_least(sim::Bytes{1}),
                  at_most(sim::Bytes{std::uint64_t{1} << 30U}),
                  "What a write adds to the log; many times more where whole pages are written "
                  "(full_page_writes)."),
            param("bytes_per_second", &Spec::bytes_per_second, at_least(sim::Bytes{1024}), terabyte,
                  "How fast the device writes before that; none takes no time."),
            param("synchronous_commit", &Spec::synchronous_commit, "When a write is acknowledged."),
            param("group_commit", &Spec::group_commit,
                  "Whether all that commit during an fsync share the next one."),
            param("commit_delay", &Spec::commit_delay, none,
                  "How long one waits before its fsync for others to join it."),
            param("commit_siblings", &Spec::commit_siblings, at_most(1000u),
                  "Other writes that must be open for it to wait."),
            param("wal_writer_delay", &Spec::wal_writer_delay, above(sim::Duration::zero()),
                  "How often the log is written when nobody waits for it.")};
    }
    void check(spec::Check& check) const {
        check.that(group_commit || commit_delay == sim::Duration::zero(), "commit_delay",
                   "nobody joins an fsync without group_commit", "leave one of the two out");
    }
};

}  // namespace models
