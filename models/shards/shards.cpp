#include "models/shards/shards.h"

#include <fmt/core.h>

#include <algorithm>

#include "models/calls/outbound.h"
#include "models/in_flight_guard.h"
#include "sim/all.h"
#include "sim/sleep.h"

namespace models {

namespace {

// Endpoint 1 asks all shards at once.
constexpr EndpointId kAllSerially = 2, kByRange = 3;

}  // namespace

Shards::Shards(const Spec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      sharding_(Shardings::build(spec.sharding)),
      active_(spec.active > 0 ? spec.active : static_cast<std::uint32_t>(spec.calls.size())),
      requests_(spec.calls.size()),
      asked_(context, "asked"),
      touched_(context, "touched"),
      index_errors_(context, "index_errors"),
      lookups_(context, "lookups"),
      redirects_(context, "redirects") {
    if (spec.resharding) migration_.emplace(*spec.resharding, *this, context);
}

void Shards::connect() {
    for (const spec::CallRef& shard : spec_.calls) {
        edges_.emplace_back(context_, Edge::Plan{shard, spec_.latency.build(), spec_.policies});
    }
    if (spec_.directory) {
        directory_.emplace(context_, Edge::Plan{*spec_.directory, spec_.latency.build(), {}});
    }
}

void Shards::start() {
    if (migration_) migration_->start();
}

std::optional<EndpointId> Shards::endpoint(std::string_view name) const {
    const std::vector<std::string> names = spec_.endpoint_names();
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) return std::nullopt;
    return static_cast<EndpointId>(found - names.begin()) + 1;
}

std::int64_t Shards::shard_of(std::uint64_t item, std::uint32_t shards) const {
    const std::string key =
        item < spec_.key_names.size()
            ? spec_.key_names[item]
            : fmt::format("{}{}", spec_.key_prefix, item + context_.world.scatter);
    return sharding_->shard_of({item, key}, shards);
}

std::vector<std::uint32_t> Shards::shards_of_range(std::uint64_t first) const {
    std::vector<std::uint32_t> shards;
    for (std::uint64_t item = first; item < first + spec_.range_items; ++item) {
        const std::int64_t shard = shard_of(item, active_);
        if (shard >= 0 && shard < active_) shards.push_back(static_cast<std::uint32_t>(shard));
    }
    std::sort(shards.begin(), shards.end());
    shards.erase(std::unique(shards.begin(), shards.end()), shards.end());
    return shards;
}

Reply Shards::call(Request request) {
    InFlightGuard here(context_, request, InFlightGuard::Counted::as_read);
    asked_.add();
    ++asked_count_;
    Response response;
    if (request.endpoint == 0) {
        response = co_await ask_owner(request);
    } else {
        std::vector<std::uint32_t> shards;
        if (request.endpoint == kByRange) {
            shards = shards_of_range(request.key);
        } else {
            for (std::uint32_t shard = 0; shard < active_; ++shard) shards.push_back(shard);
        }
        const bool serially = request.endpoint == kAllSerially;
        response = co_await ask_several(std::move(shards), request, serially);
    }
    co_return here.leave(response);
}

Reply Shards::ask(std::uint32_t shard, Request request) {
    touched_.add();
    ++touched_count_;
    ++requests_[shard];
    Edge& edge = edges_[shard];
    const sim::Time began = context_.now();
    Response response =
        co_await Outbound(context_.world, edge.call(request.onward(shard, edge.endpoint())));
    context_.meter.spent(Spent::calling, context_.now() - began);
    if (!response.ok()) response.outcome = Outcome::failed;
    co_return response;
}

Reply Shards::ask_owner(Request request) {
    if (migration_) co_return co_await ask_moving(request);
    if (directory_) {
        const Response found = co_await look_up(request);
        if (!found.ok()) co_return found;
    }
    const std::int64_t shard = owner_of(request);
    if (shard < 0 || shard >= active_) {
        index_errors_.add();
        co_return Response{Outcome::failed, cause::fault};
    }
    co_return co_await ask(static_cast<std::uint32_t>(shard), request);
}

// While rows move, or after: who is asked may not have it any more, and may say so.
Reply Shards::ask_moving(Request request) {
    const std::uint64_t due = migration_->acknowledged(request.key);
    for (bool is_again = false;; is_again = true) {
        if (directory_) {
            const Response found = co_await look_up(request);
            if (!found.ok()) co_return found;
        }
        while (migration_->holds(request)) co_await migration_->released();
        const std::int64_t owner = owner_of(request);
        if (owner < 0 || owner >= count()) {
            index_errors_.add();
            co_return Response{Outcome::failed, cause::fault};
        }
        const auto shard = static_cast<std::uint32_t>(owner);
        const RowMigration::UnderWay here(*migration_, request);
        Response response = co_await ask(shard, is_again ? request.again(1) : request);
        if (!response.ok()) co_return response;
        if (!migration_->refuses(shard, request.key)) {
            if (request.is_write) migration_->wrote(shard, request.key, response);
            if (!request.is_write) migration_->judge(shard, request.key, due, response);
            co_return response;
        }
        redirects_.add();
        known_.erase(request.key);
    }
}

// As far as it is known here.
std::int64_t Shards::owner_of(const Request& request) const {
    const auto found = known_.find(request.key);
    return found != known_.end() ? found->second : shard_of(request.key, active_);
}

bool Shards::shard_takes_batches(std::uint32_t shard) const {
    return context_.world.directory.node(spec_.calls[shard].node).takes_batches();
}

// Where the item is; asked each time, or remembered.
Reply Shards::look_up(Request request) {
    if (spec_.directory_cache && known_.contains(request.key)) co_return Response{};
    lookups_.add();
    const auto step = static_cast<std::uint32_t>(edges_.size());
    Response response = co_await Outbound(
        context_.world, directory_->call(request.onward(step, directory_->endpoint())));
    if (response.ok() && spec_.directory_cache)
        known_[request.key] = shard_of(request.key, active_);
    if (!response.ok()) response.outcome = Outcome::failed;
    co_return response;
}

Reply Shards::ask_several(std::vector<std::uint32_t> shards, Request request, bool serially) {
    Response whole;
    const auto add = [&whole](const Response& part) {
        if (whole.ok() && !part.ok()) whole = part;
        whole.bytes += part.bytes;
        whole.stale = whole.stale || part.stale;
        whole.wrong = whole.wrong || part.wrong;
    };
    if (serially) {
        for (const std::uint32_t shard : shards) {
            const Response part = co_await ask(shard, request);
            add(part);
        }
    } else {
        std::vector<Reply> parts;
        for (const std::uint32_t shard : shards) parts.push_back(ask(shard, request));
        const auto answers = co_await sim::all(std::move(parts));
        for (const Response& part : answers) add(part);
    }
    co_await sim::sleep(context_.scheduler(), spec_.merge_time);
    co_return whole;
}

void Shards::finish() {
    sim::NodeRecord& record = context_.meter.record();
    std::vector<std::uint64_t> rows(active_);
    for (std::uint64_t row = 0; row < spec_.rows; ++row) {
        const std::int64_t shard = shard_of(row, active_);
        if (shard >= 0 && shard < active_) ++rows[static_cast<std::size_t>(shard)];
    }
    for (std::uint32_t shard = 0; shard < active_; ++shard) {
        record.machines.push_back({text_of(spec_.calls[shard]), requests_[shard], std::nullopt});
    }
    const auto most = static_cast<double>(*std::ranges::max_element(rows));
    const auto least = static_cast<double>(*std::ranges::min_element(rows));
    const double all = spec_.rows > 0 ? static_cast<double>(spec_.rows) : 1;
    const auto count = static_cast<double>(asked_count_);
    std::vector<sim::Measure>& measures = record.measures;
    measures.push_back({"most_rows", "1", most / all});
    measures.push_back({"least_rows", "1", least / all});
    measures.push_back({"rows_imbalance", "", most * active_ / all});
    measures.push_back(
        {"shards_touched", "", count > 0 ? static_cast<double>(touched_count_) / count : 0});
    if (migration_) migration_->finish(measures);
}

}  // namespace models
