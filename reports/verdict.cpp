#include "reports/verdict.h"

#include <algorithm>

namespace reports {

std::vector<Verdict> judge(const std::vector<Expression>& expectations, const Summary& summary) {
    const auto only = [&](const std::string&) -> const Summary& { return summary; };
    std::vector<Verdict> verdicts;
    for (const Expression& each : expectations) {
        verdicts.push_back({each.text(), each.value(only), each.ask(only) == Answer::holds});
    }
    return verdicts;
}

bool all_held(const std::vector<Verdict>& verdicts) {
    return std::ranges::all_of(verdicts, &Verdict::held);
}

}  // namespace reports
