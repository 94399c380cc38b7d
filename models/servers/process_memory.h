// The memory of one instance: what takes it up, its heap, and how its process dies of either and is
// started again.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "models/processes/heap.h"
#include "models/servers/memory_account.h"
#include "sim/resource.h"
#include "sim/timeline.h"
#include "sim/timer.h"

namespace models {

class Cores;
class Server;
class ServerInstance;

class ProcessMemory final : sim::Event, Heaped {
public:
    ProcessMemory(const Server& server, ServerInstance& process, Cores& cores);

    // A request is there, and has left. What it had of the heap is freed apart from that, where
    // there is one.
    void came() {
        if (account_.came()) [[unlikely]]
            use_for_visit();
    }
    void left() { account_.left(); }
    void free(sim::Time came);
    std::size_t visits() const { return account_.visits(); }

    void wrote(double bytes) { account_.wrote(bytes); }
    // What its container may have, from now on.
    void set_limit(sim::Bytes limit) { account_.set_limit(limit); }
    // Others in its container take so much more, or less.
    void take(std::int64_t bytes);
    // Its machine has no more, and kills it.
    void kill();
    // The process is gone, whatever it died of; a new one is there.
    void stopped();
    void restarted();
    // A pod of its own begins: deaths of those before are not its own.
    void become() { former_deaths_ = kills_ + deaths_; }
    void begin_measuring();

    double working_set() const { return account_.working_set(); }
    double page_cache() const { return account_.page_cache(); }
    double peak() const { return account_.peak(); }
    const Heap* heap() const { return heap_.get(); }
    std::uint64_t collections_logged() const { return logged_ - logged_before_; }
    std::uint64_t kills() const { return kills_; }    // by the machine, for want of memory
    std::uint64_t deaths() const { return deaths_; }  // of its own accord
    std::uint64_t deaths_of_pod() const { return kills_ + deaths_ - former_deaths_; }
    std::optional<sim::Time> first_death() const { return first_death_; }
    std::optional<sim::Time> alarmed() const { return alarmed_; }  // at 98 %

    sim::Use use() const;
    // What lives in it: the rest is garbage, and there for the taking.
    sim::Use heap_use() const;

private:
    void use_for_visit();
    void watch();
    void check_container();
    void die();
    void fire() override;  // out of memory, then back again
    sim::Duration down_time();
    void draw();
    std::string who() const;
    void stop_world() override;
    void resume_world() override;
    void out_of_heap() override { die(); }
    void collector_takes(double cores) override;
    void collected(std::string_view cause, double before, double after,
                   sim::Duration pause) override;

    MemoryAccount account_;
    std::unique_ptr<Heap> heap_;
    const Server& server_;
    ServerInstance& process_;
    Cores& cores_;
    sim::Timer timer_;
    bool is_killed_ = false;
    bool is_dead_ = false;  // of memory, and about to restart
    std::uint64_t kills_ = 0;
    std::uint64_t deaths_ = 0;
    std::uint64_t former_deaths_ = 0;  // of pods that had this place before
    std::optional<sim::Time> first_death_;
    std::optional<sim::Time> alarmed_;
    double drawn_ = 0;
    sim::Timeline* heap_line_ = nullptr;
    sim::Timeline* collecting_line_ = nullptr;
    std::uint64_t logged_ = 0;         // collections, since the start
    std::uint64_t logged_before_ = 0;  // before it was measured
};

}  // namespace models
