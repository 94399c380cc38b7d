#include "reports/render/junit.h"

#include <fmt/format.h>

#include <algorithm>

namespace reports {

namespace {

// Text as XML has it; what XML 1.0 cannot hold at all becomes a question mark.
std::string escaped_xml(const std::string& text) {
    std::string xml;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '&') {
            xml += "&amp;";
        } else if (c == '<') {
            xml += "&lt;";
        } else if (c == '>') {
            xml += "&gt;";
        } else if (c == '"') {
            xml += "&quot;";
        } else if (byte < 0x20 || byte == 0x7f) {
            xml += c == '\n' || c == '\t' ? ' ' : '?';
        } else {
            xml += c;
        }
    }
    return xml;
}

std::string test_case(const std::string& suite, const std::string& name, const std::string& body) {
    const std::string head = fmt::format("    <testcase classname=\"{}\" name=\"{}\"",
                                         escaped_xml(suite), escaped_xml(name));
    return body.empty() ? head + "/>\n" : head + ">\n" + body + "    </testcase>\n";
}

std::string failure(const Verdict& verdict) {
    return fmt::format("      <failure message=\"{} crossed\">{}</failure>\n",
                       escaped_xml(verdict.expr), escaped_xml("it was " + text_of(verdict.value)));
}

}  // namespace

std::string junit_xml(const ScenarioInfo& info, std::span<const Verdict> verdicts, double wall_s) {
    const std::string suite = info.name.empty() ? info.file : info.name;
    const auto failed = std::ranges::count(verdicts, false, &Verdict::held);
    std::string cases;
    for (const Verdict& verdict : verdicts) {
        cases += test_case(suite, verdict.expr, verdict.held ? "" : failure(verdict));
    }
    if (verdicts.empty()) cases = test_case(suite, "is played", "");
    const std::size_t tests = std::max<std::size_t>(verdicts.size(), 1);
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite name=\"{}\" "
        "tests=\"{}\" failures=\"{}\" errors=\"0\" time=\"{:.3f}\">\n{}  </testsuite>\n"
        "</testsuites>\n",
        escaped_xml(suite), tests, failed, wall_s, cases);
}

}  // namespace reports
