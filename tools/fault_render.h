// Played failures, ranked by the harm that they did: for people and for programs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/spec/json/json.h"
#include "reports/harm.h"

namespace tools {

// A failure, or two of them together, beside the run without any.
struct PlayedFault {
    std::vector<std::string> names;           // "crash web[0]"
    std::vector<std::string> classes;         // "crash", "byzantine": of each (failure_class.h)
    std::vector<models::spec::Json> written;  // as a scenario has them
    reports::Harm harm;
    double lost = 0;                  // requests unanswered beyond those of the undisturbed run
    double beyond = 0;                // of two: beyond what both do by themselves
    std::vector<std::string> takes;   // clients that get a hundredth fewer answers meanwhile
    std::vector<std::string> breaks;  // expectations that hold without it
    std::vector<std::pair<std::string, double>> data;  // lost beyond the undisturbed run
    bool out_of_room = false;  // some run was stopped: too many requests in flight

    bool is_harmless = true;  // judge_harm
};

struct PlayedFaults {
    std::string scenario;
    std::string at;
    std::string lasts;
    std::uint64_t seed = 0;
    std::uint32_t seeds = 1;
    reports::Harm undisturbed;
    std::vector<PlayedFault> singles{};
    std::vector<PlayedFault> pairs;
};

// What they do to a system without which it does nothing.
void judge_harm(PlayedFault& fault, const reports::Harm& undisturbed);

// The worst first, and those that are alike as they were.
void rank(std::vector<PlayedFault>& faults, const std::string& by);

// At most so many of each list; 0: all.
std::string faults_text(const PlayedFaults& played, std::uint32_t most);

// "spate.faults/1".
std::string faults_json(const PlayedFaults& played);

}  // namespace tools
