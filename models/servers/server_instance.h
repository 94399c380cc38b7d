// One replica of a server: threads, an accept queue, cores, memory, and the visits it has now.
#pragma once

#include "models/autoscalers/workload.h"
#include "models/presence.h"
#include "models/servers/heap.h"
#include "models/servers/instance_state.h"
#include "models/servers/restarts.h"
#include "models/servers/server.h"
#include "sim/cpu.h"
#include "sim/gate.h"
#include "sim/slots.h"

namespace models {

class ServerInstance final : public Instance, sim::Event, Heaped {
public:
    ServerInstance(Server& server, std::uint32_t index);

    Reply call(Request request) override;

    bool is_up() const override { return up_.is_up(); }
    std::uint16_t zone() const override {
        return static_cast<std::uint16_t>(index_ % server_.spec_.zones);
    }
    sim::Duration backlog() const override;
    std::uint32_t times_down() const override { return up_.times_down(); }
    void take_down() override;
    void bring_up() override;
    void slow_down(double factor) override { cpu_.set_speed(slow_.slow_down(factor)); }
    void speed_up(double factor) override { cpu_.set_speed(slow_.speed_up(factor)); }

    // Lets in what was admitted.
    Reply enter(Request request);

    const sim::Cpu& cpu() const { return cpu_; }
    std::size_t threads_busy() const { return threads_.taken(); }
    std::size_t visits_peak() const { return visits_peak_; }
    std::size_t waiting_peak() const { return waiting_peak_; }
    std::uint64_t deaths() const { return deaths_; }

    // Takes no new requests, though those it has go on; then a new process in its place.
    void close() { closed_ = true; }
    void open() { closed_ = false; }

    // Other cores and memory, from now on. A share of a core too many is a quota: all run slower.
    void resize(Workload::Size size);

    // Of the version it runs: how much of what is asked for it fails.
    void run_version(double faults) {
        faults_ = faults;
        ended_ = failed_ = 0;
    }
    std::uint64_t ended() const { return ended_; }
    std::uint64_t failed() const { return failed_; }

    std::size_t visits() const { return visit_count_; }
    sim::Gate& idle();  // opens when the last request has left
    Vitals vitals() const;
    // Nothing of its past shows: no requests, no failure in force.
    bool is_as_new() const { return visit_count_ == 0 && !slow_.is_slow(); }

    const Heap* heap() const { return heap_.get(); }
    std::uint64_t kills() const { return kills_; }  // by the machine, for want of memory
    std::optional<sim::Time> first_death() const { return first_death_; }
    std::optional<sim::Time> alarmed() const { return alarmed_; }  // memory at 98 %

    // What came and what its cores worked since the measuring began.
    void begin_measuring();
    std::uint64_t requests() const { return requests_ - requests_before_; }
    sim::Duration busy() const { return cpu_.busy() - busy_before_; }

private:
    // A whole visit, or one branch of a parallel step within it.
    struct Course {
        const Program& program;
        std::uint32_t entry = 0;
        sim::Draws draws;
        bool is_branch = false;
    };

    // A request that is here: its place in the list of those that die with the instance.
    struct Visit : sim::Link<Visit> {
        Visit(ServerInstance& at, Presence* presence, sim::ThisTask<Response> task);
        ~Visit();

        ServerInstance& instance;
        Presence* presence;  // null when it is written down at the door
        sim::ThisTask<Response> task;
        const Course* ahead = nullptr;  // of it, until it has a thread
        sim::Time arrived;
        bool succeeded = false;
    };

    Reply admit(Request request);
    Reply serve(Request request, Course course);
    Reply follow(std::vector<Reply> branches, ItemsAs as);
    sim::Slots::TakingUntil take_by_rules(const Request& request);
    bool drops(sim::Duration waited);
    bool makes_room_for(const Request& request);
    void use_memory();
    void watch_memory();
    sim::Duration down_time();
    void stop_world() override { cpu_.set_speed(slow_.pause(true)); }
    void resume_world() override { cpu_.set_speed(slow_.pause(false)); }
    void out_of_heap() override { use_memory(); }
    void heap_grew() override;
    void collected(std::string_view cause, double before, double after,
                   sim::Duration pause) override;
    void fire() override;  // out of memory, then back again

    Server& server_;
    std::uint32_t index_;
    World& world_;
    sim::Meter& meter_;
    sim::Cpu cpu_;
    sim::Slots threads_;
    LineRules rules_;  // of the line for threads
    sim::List<Visit> visits_;
    std::size_t visit_count_ = 0;
    std::size_t visits_most_;  // what memory allows
    std::size_t visits_peak_ = 0;
    std::size_t visits_held_ = 0;  // as many as its memory has grown for
    std::size_t waiting_peak_ = 0;
    std::uint64_t deaths_ = 0;
    std::uint64_t requests_ = 0;
    std::uint64_t requests_before_ = 0;
    sim::Duration busy_before_{};
    UpState up_;
    SpeedState slow_;
    sim::Timer memory_timer_;
    sim::Gate idle_;
    std::unique_ptr<Heap> heap_;
    Restarts restarts_;
    sim::Bytes memory_;  // that its machine gives it
    bool is_killed_ = false;
    std::uint64_t kills_ = 0;
    std::optional<sim::Time> first_death_;
    std::optional<sim::Time> alarmed_;
    bool closed_ = false;
    double faults_ = 0;
    std::uint64_t ended_ = 0;
    std::uint64_t failed_ = 0;
    bool dead_ = false;  // of memory, and about to restart
};

}  // namespace models
