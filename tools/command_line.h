// What a command takes, in words that all commands share. CLI11 stands behind this: it is read by
// the compiler here and in main.cpp, and nowhere else.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tools/command.h"
#include "tools/subject.h"

namespace tools {

// The variables live as long as the command does; they hold the defaults.
class CommandLine {
public:
    CommandLine(CLI::App& program, const std::string& name, const std::string& about);

    // What has no dashes. A list takes one or more, and at most `most`.
    CommandLine& place(const std::string& name, std::string& value, const std::string& doc);
    CommandLine& places(const std::string& name, std::vector<std::string>& values,
                        const std::string& doc, int most = kAny);
    CommandLine& place_word(const std::string& name, std::string& value,
                            const std::vector<std::string>& words, const std::string& doc);

    // Also a place that need not be given.
    CommandLine& text(const std::string& name, std::string& value, const std::string& doc);
    // May be given again and again, one value each time.
    CommandLine& texts(const std::string& name, std::vector<std::string>& values,
                       const std::string& doc);
    CommandLine& word(const std::string& name, std::string& value,
                      const std::vector<std::string>& words, const std::string& doc);
    CommandLine& number(const std::string& name, std::uint32_t& value, std::uint32_t least,
                        std::uint32_t most, const std::string& doc);
    CommandLine& flag(const std::string& name, bool& value, const std::string& doc);

    // What many commands take.
    CommandLine& subject(SubjectArguments& wanted,
                         const std::string& of_what = "A scenario, a lab or its row");
    CommandLine& changes(std::vector<std::string>& sets, std::vector<std::string>& overlays,
                         const std::string& of_what = "the scenario");
    CommandLine& seed(std::uint64_t& value);
    CommandLine& jobs(unsigned& value);  // as many as the machine bears, unless told otherwise
    CommandLine& duration(std::string& value);
    CommandLine& limits(LimitsAsked& asked);
    CommandLine& format(std::string& value);  // text or json

    CommandLine& footer(const std::string& text);

    Command runs(std::function<int()> action) { return {app_, std::move(action)}; }

private:
    static constexpr int kAny = 1 << 20;

    CLI::App* app_;
};

}  // namespace tools
