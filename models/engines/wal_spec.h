// What can be said of a database's log; see wal.h.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string_view>
#include <tuple>

#include "models/spec/declaration/spec.h"
#include "models/times.h"

namespace models {

enum class SynchronousCommit { on, off };
constexpr auto names_of(SynchronousCommit) {
    return std::array{
        spec::Word{"on", SynchronousCommit::on,
                   "A write is acknowledged when its record is on disk "
                   "(innodb_flush_log_at_trx_commit = 1)."},
        spec::Word{"off", SynchronousCommit::off,
                   "A write is acknowledged at once and its record flushed later: a crash loses "
                   "records not yet flushed (0 or 2 there, with a wal_writer_delay of 1 s)."}};
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
            param("fsync_time", &Spec::fsync_time,
                  "Time of an fsync: until the device confirms that the log is on it."),
            param("bytes_per_write", &Spec::bytes_per_write, at_least(sim::Bytes{1}),
                  at_most(sim::Bytes{std::uint64_t{1} << 30U}),
                  "Log bytes of each write; many times more where whole pages are logged "
                  "(full_page_writes)."),
            param("bytes_per_second", &Spec::bytes_per_second, at_least(sim::Bytes{1024}), terabyte,
                  "Bandwidth of the device for the log, in bytes a second. Without it only the "
                  "fsync takes time."),
            param("synchronous_commit", &Spec::synchronous_commit,
                  "Whether a commit waits for the log to be flushed (on), or is acknowledged "
                  "before, so that a crash loses the last ones (off)."),
            param("group_commit", &Spec::group_commit,
                  "Group commit: whether all commits that arrive during an fsync share the next "
                  "one. If not, each has an fsync of its own."),
            param("commit_delay", &Spec::commit_delay, none,
                  "How long a commit waits before its fsync for other commits to share it."),
            param("commit_siblings", &Spec::commit_siblings, at_most(1000u),
                  "Other open transactions that there must be for commit_delay to apply."),
            param(
                "wal_writer_delay", &Spec::wal_writer_delay, above(sim::Duration::zero()),
                "Interval of log flushes when no commit waits for one (synchronous_commit off).")};
    }
    void check(spec::Check& check) const {
        check.that(group_commit || commit_delay == sim::Duration::zero(), "commit_delay",
                   "nobody joins an fsync without group_commit", "leave one of the two out");
    }
};

}  // namespace models
