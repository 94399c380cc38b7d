// Everything wrong with a scenario, collected so that all of it is told at once.
//
// A problem knows where it was written, what is wrong, and what to do about it. Nothing here stops
// anything: a reader adds problems and goes on; the caller looks at the end whether there are any.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "models/spec/json/json.h"

namespace models::spec {

struct Problem {
    SourceLocation place;
    std::string pointer;  // JSON pointer of the value, as in "/nodes/web/replicas"
    std::string message;
    std::string hint;
};

// A text that places refer to: a file, the standard input, or one --set PATH=VALUE.
struct Source {
    std::string name;
    std::string text;
    bool has_lines = true;
    bool is_data = false;  // a file that the scenario names
};

class Problems {
public:
    // Texts are kept, because a problem shows the line it is about.
    std::uint32_t add_source(std::string name, std::string text);
    std::uint32_t add_setting(std::string_view path, std::string_view value,
                              std::string_view option = "--set");
    std::uint32_t add_data(std::string name, std::string text);
    // A file that whoever asked for the scenario gave with it, wherever it lies.
    void lend(std::string path) { lent_.push_back(std::move(path)); }
    bool is_lent(std::string_view path) const {
        return std::find(lent_.begin(), lent_.end(), path) != lent_.end();
    }
    const Source& source(std::uint32_t id) const { return sources_[id]; }
    const std::deque<Source>& sources() const { return sources_; }

    void add(Problem problem);

    bool empty() const { return count_ == 0; }
    std::size_t count() const { return count_; }
    bool has_room() const { return problems_.size() < kKept; }  // one more would be kept

    // By source, line and column. At most kKept are kept; count() goes on counting.
    std::vector<Problem> sorted() const;

    // "shop.json:12:7", or "--set nodes.web.replcas".
    std::string where(const SourceLocation& place) const;

    // For a person: place and message, the line, a caret, the hint. The first kShown problems.
    std::string render() const;
    std::string render(const Problem& problem) const;

    static constexpr std::size_t kKept = 1000;
    static constexpr std::size_t kShown = 50;

private:
    std::deque<Source> sources_;
    std::vector<std::string> lent_;
    std::vector<Problem> problems_;
    std::size_t count_ = 0;
};

}  // namespace models::spec
