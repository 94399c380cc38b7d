// What the rows of the guides claim, in two languages: rows.json beside the folder of the labs.
#pragma once

#include <filesystem>
#include <string>
#include <tuple>
#include <vector>

#include "models/spec/declaration/spec.h"
#include "models/spec/json/problems.h"
#include "reports/render/lab_json.h"

namespace tools {

struct Bilingual {
    static constexpr std::string_view name = "text";
    static constexpr std::string_view doc = "The same in English and in Korean.";
    std::string en;
    std::string ko;
    static constexpr auto params() {
        using namespace models::spec;
        return std::tuple{required("en", &Bilingual::en, not_empty(), "In English."),
                          required("ko", &Bilingual::ko, not_empty(), "In Korean.")};
    }
};

struct RowSource {
    static constexpr std::string_view name = "source";
    static constexpr std::string_view doc = "Where a guide says it.";
    std::uint32_t guide = 0;
    std::uint32_t line = 0;
    static constexpr auto params() {
        using namespace models::spec;
        return std::tuple{
            required("guide", &RowSource::guide, at_least(1u), "Which of the guides."),
            required("line", &RowSource::line, at_least(1u), "The line where it begins.")};
    }
};

struct RowClaim {
    static constexpr std::string_view name = "row";
    static constexpr std::string_view doc = "What a row claims, in a sentence or two.";
    std::string en;
    std::string ko;
    RowSource source;
    static constexpr auto params() {
        using namespace models::spec;
        return std::tuple{required("en", &RowClaim::en, not_empty(), "In English."),
                          required("ko", &RowClaim::ko, not_empty(), "In Korean."),
                          required("source", &RowClaim::source, "Where it comes from.")};
    }
};

struct Rows {
    static constexpr std::string_view name = "rows";
    static constexpr std::string_view doc = "What the guides claim, row by row.";
    models::spec::Named<Bilingual> groups;   // "CA": Caching
    models::spec::Named<Bilingual> sources;  // "1": the title of a guide
    models::spec::Named<RowClaim> rows;      // "CA-01"
    static constexpr auto params() {
        using namespace models::spec;
        return std::tuple{required("groups", &Rows::groups, "The names of groups of rows."),
                          required("sources", &Rows::sources, "The titles of the guides."),
                          required("rows", &Rows::rows, "The rows.")};
    }

    // What is known of a row; one of that name and nothing else where nothing is.
    reports::LabRow shown(const std::string& row) const;
};

// None where there is no such file: a lab need not be about a guide. Problems are added.
Rows rows_beside(const std::filesystem::path& labs, models::spec::Problems& problems);

}  // namespace tools
