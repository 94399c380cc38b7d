// The disk of a database's machine: its data, and the log that replicas and restores need (MySQL's
// binary log, PostgreSQL's archived WAL).
//
// A write that is committed adds to both. The log is in files: when one is full the next is begun,
// and those whose last write is older than the retention are deleted, then and at no other time
// (MySQL: binlog_expire_logs_seconds, looked at when the log is rotated). So what a full disk keeps
// does not expire: nothing is written, nothing is rotated. A purge deletes all there is (FLUSH
// BINARY LOGS; PURGE BINARY LOGS).
//
// Without room for its bytes a write of a client fails at once, as InnoDB's tablespace that cannot
// grow (ER_RECORD_FILE_FULL) and a PostgreSQL table (ENOSPC), and reads go on; once there is room,
// so do writes. What a replica applies waits, and looks again every minute (ER_DISK_FULL; mysys
// MY_WAIT_FOR_USER_TO_FIX_PANIC). Not modelled: a server that ends instead (PostgreSQL's PANIC when
// pg_wal is full, binlog_error_action), relay logs, and a replica that needs what was purged.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/causes.h"
#include "models/context.h"
#include "models/spec/declaration/spec.h"
#include "sim/figure.h"
#include "sim/resource.h"
#include "sim/task_group.h"

namespace models {

struct DatabaseDiskSpec {
    static constexpr std::string_view type_name = "database_disk";
    static constexpr std::string_view doc =
        "The disk of each machine: data and log grow with every write, and without room writes "
        "fail.";
    sim::Bytes size{std::uint64_t{20} << 30U};
    sim::Bytes used{};
    sim::Bytes data_per_write{};
    sim::Bytes log_per_write{200};
    sim::Bytes log_file_size{std::uint64_t{1} << 30U};
    sim::Duration log_retention = std::chrono::hours(24 * 30);
    std::vector<sim::Duration> purge_log_at;
    static constexpr auto params() {
        using namespace spec;
        using Spec = DatabaseDiskSpec;
        constexpr auto most = at_most(sim::Bytes{std::uint64_t{1} << 50U});
        constexpr auto most_of_a_write = at_most(sim::Bytes{std::uint64_t{1} << 30U});
        return std::tuple{
            param("size", &Spec::size, at_least(sim::Bytes{1}), most, "Capacity of the disk."),
            param("used", &Spec::used, most, "Bytes on the disk at the start, which stay."),
            param("data_per_write", &Spec::data_per_write, most_of_a_write,
                  "Bytes that each write adds to the data. With none (the default) writes change "
                  "rows in place."),
            param("log_per_write", &Spec::log_per_write, most_of_a_write,
                  "Bytes that each write adds to the log."),
            param("log_file_size", &Spec::log_file_size, at_least(sim::Bytes{1}), most,
                  "Size at which a file of the log is closed and the next begun "
                  "(max_binlog_size); only then old files are deleted."),
            param("log_retention", &Spec::log_retention, above(sim::Duration::zero()),
                  "Age at which a closed file of the log is deleted, by its last write "
                  "(binlog_expire_logs_seconds)."),
            param("purge_log_at", &Spec::purge_log_at, at_least(sim::Duration::zero()),
                  "When somebody purges the log (PURGE BINARY LOGS), from the start of the run "
                  "(warm-up included): all of it is deleted.")};
    }
    void check(spec::Check& check) const {
        check.that(used <= size, "used", "used is above size");
        check.that(data_per_write.count + log_per_write.count > 0, "log_per_write",
                   "writes add nothing, so the disk never fills",
                   "give data_per_write or log_per_write");
    }
};

constexpr auto database_disk_param(auto member) {
    return spec::param("disk", member,
                       "Disk that data and log fill; without room on it writes fail. Without it "
                       "(the default) it has no end.");
}

inline constexpr std::array kDatabaseDiskFigures{
    sim::figure("disk_used", sim::Unit::bytes, sim::Merge::last,
                "Bytes of data and log on the disk at the end, of the fullest."),
    sim::figure("log_on_disk", sim::Unit::bytes, sim::Merge::last,
                "Bytes of the log on the disk at the end, of the longest."),
    sim::figure("log_purged", sim::Unit::bytes, sim::Merge::sum,
                "Bytes of the log that expired or were purged."),
    sim::figure("disk_full", sim::Unit::count, sim::Merge::sum,
                "Writes that found no room on the disk: clients' failed, a replica's waited.")};

inline constexpr sim::Resource kDatabaseDiskSpace =
    sim::resource("disk space", sim::ResourceKind::stock, sim::Unit::bytes,
                  "Each committed write adds to data and log; one that finds no room fails.",
                  "Old files of the log expire when the log is rotated, or are purged.",
                  {.parameter = "disk.size", .refusal = cause::disk_full});

class DatabaseDisk {
public:
    DatabaseDisk(const DatabaseDiskSpec& spec, const Context& context);

    // Purges happen from now on.
    void start();
    void dismiss() { crew_.dismiss(); }

    // The bytes of so many writes that commit together; false, and none of them, without room.
    bool write(std::uint64_t writes = 1);
    // The same for a replica, which waits until there is room.
    sim::Task<void> apply();
    void purge_log();
    // Something else takes so much more of it, or less.
    void fill(std::int64_t bytes) { filled_ += bytes; }
    // Holds what the other does, as a copy of it.
    void become_like(const DatabaseDisk& other);

    std::uint64_t used() const { return data_ + log_ + static_cast<std::uint64_t>(filled_); }
    std::uint64_t log() const { return log_; }
    std::uint64_t purged() const { return purged_; }
    // Since measuring began.
    std::uint64_t refused() const { return refused_ - refused_before_; }
    sim::Use use() const;

    void begin_measuring();

private:
    struct File {
        std::uint64_t bytes = 0;
        sim::Time last_write{};
    };

    void append(std::uint64_t bytes);
    void expire();
    sim::Task<void> purge_at_times();

    DatabaseDiskSpec spec_;
    Context context_;
    std::uint64_t data_;
    std::uint64_t log_ = 0;
    std::int64_t filled_ = 0;    // by others
    std::deque<File> files_{1};  // of the log; the last is written to
    std::uint64_t purged_ = 0;   // expired or purged, since measuring began
    std::uint64_t refused_ = 0;  // writes
    std::uint64_t refused_before_ = 0;
    sim::TaskGroup crew_;
};

// What a node tells of its machines' disks.
void finish_disks(sim::NodeRecord& record, const std::vector<const DatabaseDisk*>& disks);

}  // namespace models
