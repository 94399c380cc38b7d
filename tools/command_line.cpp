#include "tools/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <thread>

namespace tools {

CommandLine::CommandLine(CLI::App& program, const std::string& name, const std::string& about)
    : app_(program.add_subcommand(name, about)) {}

CommandLine& CommandLine::place(const std::string& name, std::string& value,
                                const std::string& doc) {
    app_->add_option(name, value, doc)->required();
    return *this;
}

CommandLine& CommandLine::places(const std::string& name, std::vector<std::string>& values,
                                 const std::string& doc, int most) {
    auto* const option = app_->add_option(name, values, doc)->required();
    if (most != kAny) option->expected(1, most);
    return *this;
}

CommandLine& CommandLine::place_word(const std::string& name, std::string& value,
                                     const std::vector<std::string>& words,
                                     const std::string& doc) {
    app_->add_option(name, value, doc)->required()->check(CLI::IsMember(words));
    return *this;
}

CommandLine& CommandLine::text(const std::string& name, std::string& value,
                               const std::string& doc) {
    auto* const option = app_->add_option(name, value, doc);
    if (!value.empty()) option->capture_default_str();
    return *this;
}

CommandLine& CommandLine::texts(const std::string& name, std::vector<std::string>& values,
                                const std::string& doc) {
    app_->add_option(name, values, doc)->expected(1)->take_all();
    return *this;
}

CommandLine& CommandLine::word(const std::string& name, std::string& value,
                               const std::vector<std::string>& words, const std::string& doc) {
    app_->add_option(name, value, doc)->check(CLI::IsMember(words))->capture_default_str();
    return *this;
}

CommandLine& CommandLine::number(const std::string& name, std::uint32_t& value, std::uint32_t least,
                                 std::uint32_t most, const std::string& doc) {
    app_->add_option(name, value, doc)->check(CLI::Range(least, most))->capture_default_str();
    return *this;
}

CommandLine& CommandLine::flag(const std::string& name, bool& value, const std::string& doc) {
    app_->add_flag(name, value, doc);
    return *this;
}

CommandLine& CommandLine::subject(SubjectArguments& wanted, const std::string& of_what) {
    place("FILE", wanted.file, of_what + " (CA-17); - reads the standard input");
    text("--variant", wanted.variant, "Of a lab: one of those that it plays side by side");
    return text("--control", wanted.control, "Of a lab: played under this control");
}

CommandLine& CommandLine::changes(std::vector<std::string>& sets,
                                  std::vector<std::string>& overlays, const std::string& of_what) {
    texts("--set", sets, "PATH=VALUE for " + of_what + ", as nodes.web.replicas=20");
    return texts("--overlay", overlays, "A file laid over " + of_what + " (RFC 7396)");
}

CommandLine& CommandLine::seed(std::uint64_t& value) {
    app_->add_option("--seed", value, "Chance: the same seed, the same result")
        ->check([](const std::string& text) {
            std::uint64_t number = 0;
            const char* const last = text.data() + text.size();
            const auto [end, error] = std::from_chars(text.data(), last, number);
            const bool is_seed = error == std::errc{} && end == last;
            return is_seed ? std::string() : "a seed is a whole number from 0 to 2^64 - 1";
        })
        ->capture_default_str();
    return *this;
}

CommandLine& CommandLine::jobs(unsigned& value) {
    value = std::max(1u, std::thread::hardware_concurrency());
    app_->add_option("--jobs", value, "Runs played at a time")->check(CLI::Range(1u, 1024u));
    return *this;
}

CommandLine& CommandLine::duration(std::string& value) {
    return text("--duration", value, "Measured time, instead of run.measure");
}

CommandLine& CommandLine::limits(LimitsAsked& asked) {
    text("--max-memory", asked.memory, "As 2GiB (80 % of what there is for this process)");
    text("--max-events", asked.events, "Of each run (no limit)");
    text("--max-events-at-once", asked.at_once, "While simulated time stands still (50000000)");
    return text("--max-wall", asked.wall, "Time to play in, as 10min (no limit)");
}

CommandLine& CommandLine::format(std::string& value) {
    return word("--format", value, {"text", "json"}, "What goes to the standard output");
}

CommandLine& CommandLine::footer(const std::string& text) {
    app_->footer(text);
    return *this;
}

}  // namespace tools
