// Answers that come in for one request of a coordinator: it goes on when enough have answered, or
// when so many have not that it cannot be any more.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <optional>
#include <vector>

#include "models/quorum/quorum_message.h"
#include "sim/gate.h"

namespace models {

class Gathering {
public:
    // Who is asked, and on whose behalf: the owner of a copy, or who stands in for it.
    struct Asked {
        std::uint32_t machine;
        std::uint32_t owner;
    };
    struct Answer {
        std::uint32_t machine;
        Cell cell;
    };

    Gathering(sim::Scheduler& scheduler, std::size_t needed, sim::Time until,
              std::vector<Asked> asked)
        : needed_(needed),
          until_(until),
          asked_(std::move(asked)),
          owing_(asked_),
          enough_(scheduler, false),
          all_(scheduler, false) {}

    void answered(std::uint32_t machine, bool ok, const Cell& cell) {
        const auto owes = std::ranges::find(owing_, machine, &Asked::machine);
        if (owes == owing_.end()) return;
        if (ok) {
            answers_.push_back({machine, cell});
        } else {
            failed_.push_back(*owes);
        }
        owing_.erase(owes);
        settle();
    }

    // It does not take the write, and shall not be given it again.
    void fenced(std::uint32_t machine) {
        const auto owes = std::ranges::find(owing_, machine, &Asked::machine);
        if (owes == owing_.end()) return;
        ++fenced_;
        owing_.erase(owes);
        settle();
    }
    void saw(FencingToken token) { last_token_ = std::max(last_token_, token); }
    std::size_t fenced() const { return fenced_; }
    // The latest of all leases that had written it, as far as those who answered know.
    FencingToken last_token() const { return last_token_; }

    bool is_enough() const { return answers_.size() >= needed_; }
    bool is_whole() const { return owing_.empty(); }
    // Nobody listens after this.
    sim::Time until() const { return until_; }
    const std::vector<Asked>& owing() const { return owing_; }
    const std::vector<Asked>& failed() const { return failed_; }
    const std::vector<Answer>& answers() const { return answers_; }
    // The newest on which more than so many agree; none when there is none. (With none that may
    // lie, the newest of all.)
    std::optional<Cell> newest(std::size_t liars = 0) const {
        std::optional<Cell> newest;
        for (const Answer& each : answers_) {
            const auto agreeing = std::ranges::count(answers_, each.cell, &Answer::cell);
            if (static_cast<std::size_t>(agreeing) <= liars) continue;
            if (!newest || each.cell.written > newest->written) newest = each.cell;
        }
        return newest;
    }

    sim::Gate& enough() { return enough_; }
    sim::Gate& all() { return all_; }

private:
    void settle() {
        const std::size_t lost = failed_.size() + fenced_;
        assert(answers_.size() + lost + owing_.size() == asked_.size());
        if (is_enough() || lost + needed_ > asked_.size()) enough_.open();
        if (is_whole()) all_.open();
    }

    std::size_t needed_;
    sim::Time until_;
    std::vector<Asked> asked_;
    std::vector<Asked> owing_;
    std::vector<Asked> failed_;
    std::vector<Answer> answers_;
    std::size_t fenced_ = 0;
    FencingToken last_token_ = 0;
    sim::Gate enough_;
    sim::Gate all_;
};

}  // namespace models
