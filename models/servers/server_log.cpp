// What a request writes to the log, and how long it waits for that.
#include <algorithm>

#include "models/servers/server_instance.h"
#include "models/spans.h"
#include "sim/sleep.h"

namespace models {

// False when the disk has no room for it. The lines wait behind what others have written; of what
// waits, as much as the queue holds is no matter of the request.
sim::Task<bool> ServerInstance::write_log(const Request& request, RequestProfile* profile) {
    const std::optional<LoggingSpec>& logging = server_.spec_.logging;
    const sim::Time began = world_.scheduler.now();
    double bytes = logging ? logging->bytes_per_request() : 0;
    sim::Duration may_wait{};
    if (logging && disk_) {
        may_wait = disk_->time_of(logging->queue_size * static_cast<double>(logging->line.count));
        const bool has_room = disk_->backlog(began) + disk_->time_of(bytes) <= may_wait;
        if (logging->never_block && !has_room) {
            server_.log_dropped_->add(logging->lines_per_request());
            bytes = 0;
        }
    }
    if (logging) server_.log_bytes_->add(bytes);
    if (!disk_) co_return true;
    bytes += disk_->written_per_request();
    if (!disk_->log(bytes)) {
        ++counts_.disk_full;
        co_return false;
    }
    memory_.wrote(bytes);
    const sim::Duration takes = disk_->time_of(bytes);
    counts_.disk_busy_s += sim::seconds(takes);
    const sim::Duration wait = disk_->queue(began, bytes) - may_wait;
    if (wait <= sim::Duration::zero()) co_return true;
    if (profile != nullptr) profile->begins("writing the log");
    {
        const Disk::Wait in_line(*disk_, world_.scheduler);
        co_await sim::sleep(world_.scheduler, wait);
    }
    const sim::Duration own = std::min(takes, wait);
    const auto spent = [&](Spent what, sim::Duration time) {
        meter_.spent_at(request.endpoint, what, time);
        if (profile != nullptr) profile->did(what, time);
    };
    spent(Spent::queueing, wait - own);
    spent(Spent::service, own);
    worked_in(world_, request, began, wait - own);
    co_return true;
}

}  // namespace models
