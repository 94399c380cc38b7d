// A table of cases with exact answers: says case by case what is not as it should be, and in the
// end how many are met.
#pragma once

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

namespace truth {

using Json = nlohmann::json;

// One of the files beside this one.
inline Json file(const std::string& name) {
    std::ifstream stream(std::string(SPATE_SOURCE_DIR) + "/tests/truth/" + name);
    REQUIRE(stream.good());
    return Json::parse(stream);
}

class Tally {
public:
    explicit Tally(std::string table) : table_(std::move(table)) {}
    ~Tally() {
        end();
        const std::string summary = fmt::format("{}: {} of {} cases met", table_, met_, cases_);
        MESSAGE(summary);
        CHECK_MESSAGE(cases_ > 0, table_);
    }
    Tally(const Tally&) = delete;
    Tally& operator=(const Tally&) = delete;

    void begin(const std::string& name) {
        end();
        name_ = name;
        open_ = good_ = true;
        ++cases_;
    }

    template <class Got, class Truth>
    void same(const std::string& what, const Got& got, const Truth& truth) {
        verdict(got == truth, fmt::format("{} is {}, not {}", what, got, truth));
    }

    // Where the reference was computed in floating point or rounded; `slack` is said where used.
    void near(const std::string& what, double got, double truth, double slack) {
        verdict(std::abs(got - truth) <= slack, fmt::format("{} is {}, not {}", what, got, truth));
    }

private:
    void end() {
        if (open_) met_ += good_;
        open_ = false;
    }
    void verdict(bool good, const std::string& what) {
        const std::string message = fmt::format("{} {}: {}", table_, name_, what);
        CHECK_MESSAGE(good, message);
        good_ = good_ && good;
    }

    std::string table_;
    std::string name_;
    int cases_ = 0;
    int met_ = 0;
    bool open_ = false;
    bool good_ = true;
};

}  // namespace truth
