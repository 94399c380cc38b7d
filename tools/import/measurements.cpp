#include "tools/import/measurements.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

#include "models/spec/documents/source_file.h"
#include "models/spec/json/nearest.h"
#include "models/spec/json/printable.h"

namespace tools::imports {

namespace {

namespace spec = models::spec;

constexpr std::size_t kMostMeasured = 10'000'000;
constexpr double kLongestSeconds = 366.0 * 86400;

struct UnitRow {
    std::string_view name;
    std::string_view ending;
    double seconds;
};
constexpr std::array kMeasuredUnits = {UnitRow{"s", "_s", 1}, UnitRow{"ms", "_ms", 1e-3},
                                       UnitRow{"us", "_us", 1e-6}, UnitRow{"ns", "_ns", 1e-9},
                                       UnitRow{"s", "_seconds", 1}};

std::string_view without_blanks(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t\r") + 1 - begin);
}

// Fields of a line; one in double quotes may have commas in it.
std::vector<std::string_view> fields_of(std::string_view line) {
    std::vector<std::string_view> fields;
    bool is_quoted = false;
    std::size_t begin = 0;
    for (std::size_t i = 0; i <= line.size(); ++i) {
        if (i < line.size() && line[i] == '"') is_quoted = !is_quoted;
        if (i < line.size() && (line[i] != ',' || is_quoted)) continue;
        std::string_view field = without_blanks(line.substr(begin, i - begin));
        if (field.size() >= 2 && field.front() == '"' && field.back() == '"') {
            field = field.substr(1, field.size() - 2);
        }
        fields.push_back(field);
        begin = i + 1;
    }
    return fields;
}

std::optional<double> time_in(std::string_view field) {
    double value = 0;
    const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
    if (error != std::errc() || end != field.data() + field.size() || !std::isfinite(value)) {
        return std::nullopt;
    }
    return value;
}

bool is_missing(std::string_view field) {
    return field.empty() || field == "-";
}

class MeasurementReader {
public:
    MeasurementReader(const MeasurementsAsked& asked, spec::Problems& problems)
        : asked_(asked), problems_(problems) {}

    Measurements read() {
        std::string why_not;
        auto text = spec::read_text(asked_.file == "-" ? "/dev/stdin" : asked_.file, why_not);
        source_ = problems_.add_source(asked_.file, text ? *text : std::string());
        if (!text) {
            problems_.add({{source_, 0, 0, 0}, {}, why_not, {}});
            return {};
        }
        const std::string& kept = problems_.source(source_).text;
        std::string_view left = kept;
        if (left.starts_with("\xEF\xBB\xBF")) left.remove_prefix(3);
        while (!left.empty() && problems_.empty()) {
            const std::size_t end = std::min(left.find('\n'), left.size());
            ++line_;
            offset_ = static_cast<std::size_t>(left.data() - kept.data());
            add_line(without_blanks(left.substr(0, end)));
            left.remove_prefix(std::min(end + 1, left.size()));
        }
        return finished();
    }

private:
    void complain(std::string message, std::string hint) {
        problems_.add({{source_, static_cast<std::uint32_t>(line_), line_ == 0 ? 0U : 1U,
                        static_cast<std::uint32_t>(offset_)},
                       {},
                       std::move(message),
                       std::move(hint)});
    }

    void add_line(std::string_view line) {
        if (line.empty() || line.starts_with('#')) return;
        const auto fields = fields_of(line);
        if (!has_begun_) {
            has_begun_ = true;
            columns_ = fields.size();
            if (choose_column(fields)) return;
            if (!problems_.empty()) return;
        }
        if (fields.size() != columns_) {
            return complain(
                fmt::format("{} fields, and the first line has {}", fields.size(), columns_), "");
        }
        add_field(fields[column_]);
    }

    void add_field(std::string_view field) {
        if (is_missing(field)) {
            ++result_.missing;
            return;
        }
        const auto value = time_in(field);
        const double seconds = value.value_or(0) * unit_;
        if (!value) {
            return complain(spec::in_quotes(field) + " is no number",
                            "one number a line, or a CSV whose first line names its columns");
        }
        if (seconds < 0 || seconds > kLongestSeconds) {
            return complain(spec::in_quotes(field) + " is no time of up to 366 days",
                            "a time is not negative; --unit says what it is counted in");
        }
        if (result_.seconds.size() == kMostMeasured) {
            return complain(fmt::format("more than {} values", kMostMeasured), "");
        }
        result_.seconds.push_back(seconds);
        note_decimals(field);
    }

    // Digits behind the point; a number with an exponent has no end.
    void note_decimals(std::string_view field) {
        if (field.find_first_of("eE") != std::string_view::npos) is_exact_ = true;
        const std::size_t point = field.find('.');
        const std::size_t digits = point == std::string_view::npos ? 0 : field.size() - point - 1;
        decimals_ = std::max(decimals_, digits);
    }

    // Whether the first line names columns.
    bool choose_column(const std::vector<std::string_view>& fields) {
        const bool has_numbers = std::ranges::all_of(fields, [](std::string_view each) {
            return is_missing(each) || time_in(each).has_value();
        });
        if (has_numbers) {
            choose_number(fields.size());
        } else {
            choose_name(fields);
        }
        return !has_numbers;
    }

    void choose_number(std::size_t count) {
        const auto number = time_in(asked_.column);
        if (count == 1 && asked_.column.empty()) {
            column_ = 0;
        } else if (number && *number >= 1 && *number <= static_cast<double>(count)) {
            column_ = static_cast<std::size_t>(*number) - 1;
        } else {
            return complain(fmt::format("the {} columns have no names", count),
                            fmt::format("--column 1 to {} says which it is", count));
        }
        set_unit("");
    }

    void choose_name(const std::vector<std::string_view>& fields) {
        const std::string wanted = asked_.column.empty() ? "latency" : asked_.column;
        auto found = std::ranges::find(fields, wanted);
        if (found == fields.end()) {
            found = std::ranges::find_if(fields, [&](std::string_view each) {
                return std::ranges::any_of(kMeasuredUnits, [&](const UnitRow& unit) {
                    return each == wanted + std::string(unit.ending);
                });
            });
        }
        if (found == fields.end() && asked_.column.empty() && fields.size() == 1) {
            found = fields.begin();
        }
        if (found == fields.end()) {
            return complain(asked_.column.empty()
                                ? "there is no column \"latency\""
                                : fmt::format("there is no column {}", spec::in_quotes(wanted)),
                            spec::did_you_mean(wanted, fields, "--column with one of:"));
        }
        column_ = static_cast<std::size_t>(found - fields.begin());
        result_.column = *found;
        set_unit(*found);
    }

    void set_unit(std::string_view name) {
        result_.unit = "s";
        for (const UnitRow& each : kMeasuredUnits) {
            const bool is_it =
                asked_.unit.empty() ? name.ends_with(each.ending) : asked_.unit == each.name;
            if (!is_it) continue;
            result_.unit = each.name;
            unit_ = each.seconds;
            return;
        }
    }

    Measurements finished() {
        if (!problems_.empty()) return {};
        if (result_.seconds.empty()) {
            line_ = 0;
            complain("there are no numbers in it", "one number a line, or a CSV with a column");
            return {};
        }
        if (!is_exact_) {
            result_.resolution = unit_ * std::pow(10.0, -static_cast<double>(decimals_));
        }
        return std::move(result_);
    }

    const MeasurementsAsked& asked_;
    spec::Problems& problems_;
    std::uint32_t source_ = 0;
    std::size_t line_ = 0;
    std::size_t offset_ = 0;
    bool has_begun_ = false;
    std::size_t columns_ = 0;
    std::size_t column_ = 0;
    double unit_ = 1;
    bool is_exact_ = false;
    std::size_t decimals_ = 0;
    Measurements result_;
};

}  // namespace

Measurements read_measurements(const MeasurementsAsked& asked, spec::Problems& problems) {
    return MeasurementReader(asked, problems).read();
}

}  // namespace tools::imports
