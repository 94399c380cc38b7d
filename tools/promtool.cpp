#include "tools/promtool.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "reports/metrics/rules_test.h"
#include "tools/command.h"
#include "tools/program.h"
#include "tools/scratch.h"

namespace tools {

namespace {

reports::RulesTest test_of(const std::vector<Statement>& statements) {
    reports::RulesTest test;
    for (const Statement& each : statements) {
        test.named += each.expr + "\n";
        test.expected.push_back({each.expr, each.at_s, 1});
    }
    return test;
}

// As promtool quotes an expression.
std::string quoted(const std::string& text) {
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') result += '\\';
        result += c;
    }
    return result + "\"";
}

// promtool names an expression that has another value, or that it cannot read.
std::vector<std::string> named_in(const std::string& file,
                                  const std::vector<Statement>& statements) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    const std::string said = text.str();
    std::vector<std::string> named;
    for (const Statement& each : statements) {
        if (said.find(quoted(each.expr)) != std::string::npos) {
            named.push_back(each.expr);
        }
    }
    if (named.empty()) named.push_back(said);
    return named;
}

}  // namespace

bool has_promtool() {
    return program_path("promtool").has_value();
}

std::optional<std::vector<std::string>> refuted(const reports::Metrics& metrics,
                                                const std::vector<Statement>& statements) {
    const auto promtool = program_path("promtool");
    const Scratch scratch;
    if (!promtool || !scratch.is_there()) return std::nullopt;
    const auto yaml = reports::rules_test_yaml(metrics, test_of(statements));
    if (!yaml) return std::vector<std::string>{"no metric of the run is named"};
    if (!write_file(scratch.file("test.yml"), *yaml)) return std::nullopt;
    const auto code =
        run_program(*promtool, {"test", "rules", scratch.file("test.yml")}, scratch.file("said"));
    if (!code) return std::nullopt;
    if (*code == 0) return std::vector<std::string>{};
    return named_in(scratch.file("said"), statements);
}

}  // namespace tools
