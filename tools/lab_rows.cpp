#include "tools/lab_rows.h"

#include "models/spec/documents/source_file.h"

namespace tools {

reports::LabRow Rows::shown(const std::string& row) const {
    reports::LabRow shown;
    shown.row = row;
    shown.group = row.substr(0, row.find('-'));
    if (const Bilingual* group = groups.find(shown.group)) {
        shown.group_en = group->en;
        shown.group_ko = group->ko;
    }
    const RowClaim* claim = rows.find(row);
    if (claim == nullptr) return shown;
    shown.en = claim->en;
    shown.ko = claim->ko;
    shown.guide = claim->source.guide;
    shown.line = claim->source.line;
    if (const Bilingual* guide = sources.find(std::to_string(shown.guide))) {
        shown.guide_en = guide->en;
        shown.guide_ko = guide->ko;
    }
    return shown;
}

Rows rows_beside(const std::filesystem::path& labs, models::spec::Problems& problems) {
    const std::filesystem::path file = (labs / "../rows.json").lexically_normal();
    std::error_code error;
    if (!std::filesystem::exists(file, error)) return {};
    const models::spec::Json document = models::spec::read_file(file.string(), problems);
    if (!problems.empty()) return {};
    return models::spec::parse<Rows>(document, problems);
}

}  // namespace tools
