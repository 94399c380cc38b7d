#include "models/log_stores/loki.h"

#include <algorithm>
#include <utility>

#include "models/causes.h"
#include "models/in_flight_guard.h"
#include "models/used.h"
#include "sim/all.h"
#include "sim/sleep.h"

namespace models {

namespace {

constexpr EndpointId kQuery = 1;  // after push
constexpr std::uint64_t kMostStreams = 1000000;

std::uint64_t as_count(double value) {
    return static_cast<std::uint64_t>(value);
}

}  // namespace

std::uint64_t Loki::Spec::streams() const {
    std::uint64_t product = 1;
    for (const auto& [name, values] : labels.entries) {
        product = std::min(product * values, kMostStreams + 1);
    }
    return product;
}

std::uint64_t Loki::Spec::query_values() const {
    std::uint64_t product = 1;
    for (const auto& [name, values] : labels.entries) {
        if (std::ranges::find(query_labels, name) == query_labels.end()) continue;
        product = std::min(product * values, kMostStreams + 1);
    }
    return product;
}

void Loki::Spec::check(spec::Check& check) const {
    for (const auto& [name, values] : labels.entries) {
        check.that(values > 0, "labels", "a label without a value",
                   "give each label the number of values that it has");
    }
    check.that(streams() <= kMostStreams, "labels", "more than a million streams",
               "each stream is one value of every label: give a label fewer values");
    check.that(replication_factor <= machines, "replication_factor",
               "there are not enough machines for so many ingesters of a line", "raise `machines`");
    for (const std::string& name : query_labels) {
        const auto has_name = [&](const auto& entry) { return entry.first == name; };
        check.that(std::ranges::any_of(labels.entries, has_name), "query_labels",
                   "a label that is not among `labels`", "name one of `labels`");
    }
}

// What needs no core time cannot be slowed.
Abilities Loki::Spec::suffers() const {
    const Abilities all = abilities_of<LogMachine>();
    const bool works = line_time + mebibyte_time > sim::Duration::zero();
    return works ? all : all.without(Abilities::slowness());
}

Loki::Loki(const Spec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      places_(context),
      streams_(spec.streams()),
      pushes_(context.stream("pushes")),
      queries_(context.stream("queries")),
      way_draws_(context.stream("ways of parts")),
      lines_(context, "lines"),
      refused_(context, "refused_streams"),
      chunks_(context, "chunks"),
      chunk_bytes_(context, "chunk_bytes", "bytes"),
      scanned_(context, "bytes_scanned", "bytes"),
      answered_(context, "queries") {
    context.meter.split_by_endpoint(Spec::endpoint_names());
    for (std::uint32_t each = 0; each < spec.machines; ++each) {
        machines_.emplace_back(context, *this, places_, each, spec.cores);
        instances_.push_back(&machines_.back());
    }
    context.meter.resource("cores", [this](sim::Time, sim::Uses& uses) {
        for (const LogMachine& each : machines_) uses.push_back(each.cpu.use());
    });
    context.meter.resource("streams", [this](sim::Time, sim::Uses& uses) {
        sim::Use use;
        use.size = static_cast<double>(spec_.max_streams);
        use.in_use = known_;
        use.refused = refusals_;
        uses.push_back(use);
    });
}

std::optional<EndpointId> Loki::endpoint(std::string_view name) const {
    const std::vector<std::string> names = Spec::endpoint_names();
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) return std::nullopt;
    return static_cast<EndpointId>(found - names.begin());
}

void Loki::start() {
    context_.meter.share_sampled(
        "cpu_in_use",
        [this] {
            double busy = 0;
            for (const LogMachine& each : machines_) busy += sim::seconds(each.cpu.busy());
            return busy;
        },
        [this] { return static_cast<double>(spec_.cores) * spec_.machines; });
}

// In turn; clients go past those that are down.
LogMachine* Loki::frontend() {
    for (std::size_t step = 0; step < machines_.size(); ++step) {
        LogMachine& machine = machines_[turn_++ % machines_.size()];
        if (machine.is_up()) return &machine;
    }
    return nullptr;
}

Reply Loki::call(Request request) {
    InFlightGuard here(context_, request);
    LogMachine* const machine = frontend();
    if (machine == nullptr) co_return here.leave({Outcome::failed, cause::refused});
    const Asked asked{request, *machine};
    const LogMachine::Sent sent{request.place, request.bytes,
                                sim::request_key(way_draws_, request.identity)};
    sim::Task<Took> work = request.endpoint == kQuery ? query(asked) : push(asked);
    const Took took = co_await machine->visit(request, sent, std::move(work));
    context_.meter.spent_at(request.endpoint, Spent::queueing, took.waited);
    context_.meter.spent_at(request.endpoint, Spent::service, took.worked);
    if (took.travelled > sim::Duration::zero()) {
        context_.meter.spent_at(request.endpoint, Spent::network, took.travelled);
    }
    co_return here.leave(took.response);
}

sim::Task<Loki::Took> Loki::visit(Asked asked, LogMachine& machine, std::uint64_t bytes,
                                  sim::Task<Took> work) {
    const LogMachine::Sent sent{asked.frontend.place(), bytes,
                                sim::request_key(way_draws_, ++parts_)};
    co_return co_await machine.visit(asked.request, sent, std::move(work));
}

// --- pushes ---

sim::Task<Loki::Took> Loki::push(Asked asked) {
    sim::Draws draws(sim::request_key(pushes_, asked.request.identity));
    const std::uint64_t number = draws.below(streams_.size());
    Stream& stream = streams_[number];
    if (!stream.is_known && known_ >= spec_.max_streams) {
        refused_.add();
        ++refusals_;
        co_return Took{{Outcome::rejected, cause::rate_limited}};
    }
    known_ += !std::exchange(stream.is_known, true);
    const sim::Time began = context_.now();
    const sim::Duration demand = spec_.line_time * std::int64_t{spec_.push_lines};
    const std::uint64_t bytes = spec_.line_size.count * spec_.push_lines;
    std::vector<sim::Task<Took>> parts;
    for (std::uint32_t each = 0; each < spec_.replication_factor; ++each) {
        LogMachine& ingester = machines_[(number + each) % machines_.size()];
        parts.push_back(visit(asked, ingester, bytes, work(ingester, {}, demand)));
    }
    const std::vector<Took> all = co_await sim::all(std::move(parts));
    Took took = longest(began, all);
    const auto have =
        std::ranges::count_if(all, [](const Took& each) { return each.response.ok(); });
    if (static_cast<std::uint32_t>(have) <= spec_.replication_factor / 2) {
        took.response = {Outcome::failed, cause::unavailable};
        co_return took;
    }
    lines_.add(spec_.push_lines);
    append(stream, bytes);
    co_return took;
}

void Loki::append(Stream& stream, std::uint64_t bytes) {
    write_if_old(stream);
    if (stream.open_bytes == 0) stream.opened = context_.now();
    stream.open_bytes += bytes;
    stream.last = context_.now();
    const double compressed = static_cast<double>(stream.open_bytes) / spec_.compression;
    if (compressed >= static_cast<double>(spec_.chunk_target_size.count)) write(stream);
}

void Loki::write(Stream& stream) {
    stream.chunks.push_back({context_.now(), stream.open_bytes});
    chunks_.add();
    chunk_bytes_.add(static_cast<double>(stream.open_bytes) / spec_.compression);
    stream.open_bytes = 0;
}

// Looked at when somebody comes to the stream, not when it is due: nobody else would notice.
void Loki::write_if_old(Stream& stream) {
    if (stream.open_bytes == 0) return;
    const bool is_old = context_.now() - stream.opened >= spec_.max_chunk_age;
    const bool is_idle = context_.now() - stream.last >= spec_.chunk_idle_period;
    if (is_old || is_idle) write(stream);
}

// --- queries ---

// About all streams that have one value of the labels it names.
sim::Task<Loki::Took> Loki::query(Asked asked) {
    sim::Draws draws(sim::request_key(queries_, asked.request.identity));
    const std::uint64_t values = spec_.query_values();
    const std::uint64_t each_value = streams_.size() / values;
    const std::uint64_t first = draws.below(values) * each_value;
    Found found;
    for (std::uint64_t number = first; number < first + each_value; ++number) {
        const Found more = found_in(streams_[number]);
        found.bytes += more.bytes;
        found.chunks += more.chunks;
    }
    const sim::Time began = context_.now();
    const std::uint64_t parts = std::clamp<std::uint64_t>(found.chunks, 1, spec_.query_parallelism);
    const double mebibytes = static_cast<double>(found.bytes) / 1048576;
    const sim::Duration demand = sim::from_seconds(mebibytes * sim::seconds(spec_.mebibyte_time) /
                                                   static_cast<double>(parts));
    const sim::Duration fetch = found.chunks > 0 ? spec_.fetch_time : sim::Duration::zero();
    std::vector<sim::Task<Took>> tasks;
    for (std::uint64_t each = 0; each < parts; ++each) {
        tasks.push_back(part(asked, first + each, fetch, demand));
    }
    const std::vector<Took> all = co_await sim::all(std::move(tasks));
    Took took = longest(began, all);
    const auto failed =
        std::ranges::find_if(all, [](const Took& each) { return !each.response.ok(); });
    if (failed != all.end()) {
        took.response = failed->response;
        co_return took;
    }
    scanned_.add(static_cast<double>(found.bytes));
    answered_.add();
    co_return took;
}

// At one machine, or at the next when that is down.
sim::Task<Loki::Took> Loki::part(Asked asked, std::uint64_t first, sim::Duration fetch,
                                 sim::Duration demand) {
    Took took{{Outcome::failed, cause::unavailable}};
    for (std::size_t step = 0; step < machines_.size(); ++step) {
        LogMachine& machine = machines_[(first + step) % machines_.size()];
        if (!machine.is_up()) continue;
        took = co_await visit(asked, machine, asked.request.bytes, work(machine, fetch, demand));
        if (took.response.ok() || machine.is_up()) break;
    }
    co_return took;
}

// What is stored of a stream within the range, and its chunks, that in memory among them. Of what
// was there before the run less and less is in the range.
Loki::Found Loki::found_in(Stream& stream) {
    write_if_old(stream);
    const sim::Duration since_start = context_.now().time_since_epoch();
    const auto is_within = [&](const Chunk& each) {
        return context_.now() - each.closed <= spec_.query_range;
    };
    stream.chunks.erase(stream.chunks.begin(), std::ranges::find_if(stream.chunks, is_within));
    Found found;
    for (const Chunk& each : stream.chunks) found.bytes += each.bytes;
    found.chunks = stream.chunks.size() + (stream.open_bytes > 0 ? 1 : 0);
    found.bytes += stream.open_bytes;
    const double gone = sim::seconds(since_start) / sim::seconds(spec_.query_range);
    const double before = static_cast<double>(spec_.preload.count) * std::max(0.0, 1 - gone) /
                          static_cast<double>(streams_.size());
    const double of_chunk = static_cast<double>(spec_.chunk_target_size.count) * spec_.compression;
    found.bytes += as_count(before);
    if (before > 0) found.chunks += 1 + as_count(before / of_chunk);
    return found;
}

sim::Task<Loki::Took> Loki::work(LogMachine& machine, sim::Duration fetch, sim::Duration demand) {
    co_await sim::sleep(context_.scheduler(), fetch);
    Took took;
    took.waited = co_await machine.cpu.work(demand);
    co_return took;
}

// The longest wait for a core; all the rest of the time somebody was at it.
Loki::Took Loki::longest(sim::Time began, const std::vector<Took>& parts) const {
    Took took;
    for (const Took& each : parts) {
        took.waited = std::max(took.waited, each.waited);
        took.travelled = std::max(took.travelled, each.travelled);
    }
    const sim::Duration sum = context_.now() - began;
    took.travelled = std::min(took.travelled, sum - took.waited);
    took.worked = sum - took.waited - took.travelled;
    return took;
}

// --- the report ---

void Loki::begin_measuring() {
    busy_before_ = {};
    for (const LogMachine& each : machines_) busy_before_ += each.cpu.busy();
}

void Loki::finish() {
    sim::NodeRecord& record = context_.meter.record();
    const double measured = sim::seconds(context_.now() - context_.world.recorder.measured_from());
    sim::Duration busy = -busy_before_;
    for (const LogMachine& each : machines_) busy += each.cpu.busy();
    const double most = measured * spec_.cores * spec_.machines;
    record.utilisation = most > 0 ? sim::seconds(busy) / most : 0;
    record.instances = spec_.machines;
    use_instances(context_, spec_.price, spec_.machines);
    for (const LogMachine& each : machines_) {
        record.machines.push_back({each.name(), each.requests, std::nullopt});
    }
    record.measures.push_back({"streams", "", static_cast<double>(known_)});
    record.measures.push_back({"core_time", "s", sim::seconds(busy)});
}

}  // namespace models
