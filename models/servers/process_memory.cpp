#include "models/servers/process_memory.h"

#include <fmt/core.h>

#include <utility>

#include "models/servers/server_instance.h"

namespace models {

namespace {

// Requests take their memory in the heap, if there is one.
MemoryAccount::Plan memory_plan(const Server::Spec& spec) {
    MemoryAccount::Plan plan;
    plan.base = static_cast<double>(spec.base_memory.count);
    plan.stack = static_cast<double>(spec.stack_per_thread.count);
    plan.threads = spec.threads;
    const sim::Bytes per_request =
        spec.heap ? spec.heap->native_per_request : spec.memory_per_request;
    plan.per_request = static_cast<double>(per_request.count);
    plan.is_returned = spec.memory_returned;
    plan.heap_limit = spec.heap ? static_cast<double>(spec.heap->xmx.count) : 0;
    return plan;
}

}  // namespace

ProcessMemory::ProcessMemory(const Server& server, ServerInstance& process, Cores& cores)
    : account_(memory_plan(server.spec()), server.spec().memory),
      server_(server),
      process_(process),
      cores_(cores),
      timer_(server.context().scheduler()) {
    if (!server.spec().heap) return;
    sim::Meter& meter = server.context().meter;
    heap_line_ = &meter.timeline("heap_used", "bytes");
    collecting_line_ = &meter.timeline("collecting", "");
    heap_ = std::make_unique<Heap>(server.context().scheduler(), *server.spec().heap,
                                   static_cast<Heaped&>(*this));
    account_.set_heap(*heap_);
}

// One that has just come: few have to be looked at.
void ProcessMemory::use_for_visit() {
    if (heap_) {
        heap_->came(static_cast<double>(server_.spec().memory_per_request.count));
        account_.heap_changed();
    }
    check_container();
    if (!alarmed_) watch();
}

void ProcessMemory::free(sim::Time came) {
    if (heap_) heap_->left(static_cast<double>(server_.spec().memory_per_request.count), came);
}

// An alarm that is set at 98 % of what may live in the heap, or of what the container may have.
void ProcessMemory::watch() {
    if (account_.fullness() < MemoryAccount::kAlarm) return;
    alarmed_ = server_.context().now();
    account_.alarmed();
    server_.context().world.recorder.incident(who(), "memory at 98 %");
}

// The container's limit is for the heap and everything else. A process without a heap of its own
// limit dies of nothing else.
void ProcessMemory::check_container() {
    if (!process_.is_up() || !account_.is_over_limit()) return;
    is_killed_ = heap_ != nullptr;
    die();
}

void ProcessMemory::take(std::int64_t bytes) {
    account_.take(bytes);
    check_container();
}

void ProcessMemory::kill() {
    if (!process_.is_up()) return;
    is_killed_ = true;
    die();
}

// At this moment, but not inside the visit that asked for more.
void ProcessMemory::die() {
    if (is_dead_ || timer_.armed()) return;
    timer_.start(sim::Duration::zero(), static_cast<sim::Event&>(*this));
}

void ProcessMemory::fire() {
    timer_.fired();
    sim::Recorder& recorder = server_.context().world.recorder;
    is_dead_ = !is_dead_;
    if (!is_dead_) {
        recorder.incident(who(), "restarted");
        process_.bring_up();
        return;
    }
    kills_ += is_killed_;
    deaths_ += !is_killed_;
    if (!first_death_) first_death_ = server_.context().now();
    recorder.incident(who(), is_killed_ ? "OOMKilled" : "out of memory",
                      fmt::format("{} requests there", visits()));
    const sim::Duration away = down_time();
    process_.take_down();
    timer_.start(away, static_cast<sim::Event&>(*this));
}

// The dump is written by the process that dies, as far as its disk has room; one that the kernel
// kills writes none.
sim::Duration ProcessMemory::down_time() {
    sim::Duration time = server_.spec().restart_time;
    if (heap_ || is_killed_ || account_.is_shared()) time += process_.restart_wait();
    if (!std::exchange(is_killed_, false) && heap_) {
        time += heap_->time_to_dump(process_.write_dump(heap_->dump_size()));
    }
    return time;
}

void ProcessMemory::stopped() {
    if (heap_) draw();
}

void ProcessMemory::restarted() {
    account_.restart();
    if (!heap_ && account_.is_shared()) check_container();
    if (!heap_) return;
    heap_->restart();
    draw();
    check_container();
}

void ProcessMemory::begin_measuring() {
    logged_before_ = logged_;
    account_.begin_measuring();
    if (heap_) heap_->begin_measuring();
}

void ProcessMemory::stop_world() {
    cores_.pause(true);
    collecting_line_->add(server_.context().now(), 1);
}

void ProcessMemory::resume_world() {
    cores_.pause(false);
    collecting_line_->add(server_.context().now(), -1);
}

void ProcessMemory::collector_takes(double cores) {
    cores_.collector_takes(cores);
}

// As the JVM's own log has it: GC(17) Pause Young 512M->200M(800M) 12.345ms.
void ProcessMemory::collected(std::string_view cause, double before, double after,
                              sim::Duration pause) {
    draw();
    account_.heap_changed();
    check_container();
    constexpr std::uint64_t kMostLogged = 100000;
    if (!server_.spec().heap->log || logged_ >= kMostLogged) return;
    constexpr double kMebi = 1024.0 * 1024;
    server_.context().world.recorder.incident(
        who(), fmt::format("gc {}", cause),
        fmt::format("GC({}) {:.0f}M->{:.0f}M({:.0f}M) {:.3f}ms", logged_++, before / kMebi,
                    after / kMebi, heap_->committed() / kMebi, sim::seconds(pause) * 1000));
}

// What is used of the heap, of all instances together.
void ProcessMemory::draw() {
    const double used = process_.is_up() ? heap_->used() : 0;
    heap_line_->add(server_.context().now(), used - std::exchange(drawn_, used));
}

std::string ProcessMemory::who() const {
    return fmt::format("{}[{}]", server_.context().name, process_.index());
}

sim::Use ProcessMemory::use() const {
    sim::Use use;
    use.size = account_.limit();
    use.in_use = process_.is_up() ? static_cast<std::uint64_t>(working_set()) : 0;
    use.refused = kills_ + (heap_ ? 0 : deaths_);
    return use;
}

sim::Use ProcessMemory::heap_use() const {
    sim::Use use;
    use.size = static_cast<double>(server_.spec().heap->xmx.count);
    use.in_use = process_.is_up() ? static_cast<std::uint64_t>(heap_->live()) : 0;
    use.refused = deaths_;
    return use;
}

}  // namespace models
