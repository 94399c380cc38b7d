#include "models/engines/database_disk.h"

#include <algorithm>

#include "sim/sleep.h"

namespace models {

namespace {

constexpr sim::Duration kLooksAgain = std::chrono::seconds(60);

}  // namespace

DatabaseDisk::DatabaseDisk(const DatabaseDiskSpec& spec, const Context& context)
    : spec_(spec), context_(context), data_(spec.used.count) {
    std::ranges::sort(spec_.purge_log_at);
}

void DatabaseDisk::start() {
    if (!spec_.purge_log_at.empty()) crew_.run(purge_at_times());
}

sim::Task<void> DatabaseDisk::purge_at_times() {
    for (const sim::Duration at : spec_.purge_log_at) {
        co_await sim::sleep_until(context_.scheduler(), sim::Time(at));
        purge_log();
    }
}

bool DatabaseDisk::write(std::uint64_t writes) {
    const std::uint64_t data = writes * spec_.data_per_write.count;
    const std::uint64_t log = writes * spec_.log_per_write.count;
    if (used() + data + log > spec_.size.count) {
        refused_ += writes;
        return false;
    }
    data_ += data;
    append(log);
    return true;
}

sim::Task<void> DatabaseDisk::apply() {
    while (!write()) co_await sim::sleep(context_.scheduler(), kLooksAgain);
}

void DatabaseDisk::append(std::uint64_t bytes) {
    File& file = files_.back();
    file.bytes += bytes;
    file.last_write = context_.now();
    log_ += bytes;
    if (file.bytes < spec_.log_file_size.count) return;
    files_.emplace_back();
    expire();
}

void DatabaseDisk::expire() {
    while (files_.size() > 1 && files_.front().last_write + spec_.log_retention <= context_.now()) {
        log_ -= files_.front().bytes;
        purged_ += files_.front().bytes;
        files_.pop_front();
    }
}

void DatabaseDisk::purge_log() {
    purged_ += log_;
    log_ = 0;
    files_.assign(1, {});
}

void DatabaseDisk::become_like(const DatabaseDisk& other) {
    data_ = other.data_;
    log_ = other.log_;
    files_ = other.files_;
}

sim::Use DatabaseDisk::use() const {
    sim::Use use;
    use.size = static_cast<double>(spec_.size.count);
    use.in_use = used();
    use.refused = refused_;
    return use;
}

void DatabaseDisk::begin_measuring() {
    purged_ = 0;
    refused_before_ = refused_;
}

// --- the report ---

void finish_disks(sim::NodeRecord& record, const std::vector<const DatabaseDisk*>& disks) {
    std::uint64_t used = 0;
    std::uint64_t log = 0;
    std::uint64_t purged = 0;
    std::uint64_t refused = 0;
    for (const DatabaseDisk* const disk : disks) {
        used = std::max(used, disk->used());
        log = std::max(log, disk->log());
        purged += disk->purged();
        refused += disk->refused();
    }
    record.measures.push_back({"disk_used", "bytes", static_cast<double>(used)});
    record.measures.push_back({"log_on_disk", "bytes", static_cast<double>(log)});
    record.measures.push_back({"log_purged", "bytes", static_cast<double>(purged)});
    record.measures.push_back({"disk_full", "", static_cast<double>(refused)});
}

}  // namespace models
