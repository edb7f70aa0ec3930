#include "drivers/platform/examine.h"

#include "drivers/platform/doubts.h"
#include "drivers/platform/reachability.h"

#include <algorithm>
#include <tuple>

namespace rollover::platform {
namespace {

void sort_by_place(diagnostics& all) {
    std::sort(all.begin(), all.end(), [](const diagnostic& a, const diagnostic& b) {
        return std::tie(a.place.line, a.place.column, a.what) < std::tie(b.place.line, b.place.column, b.what);
    });
}

}  // namespace

findings examine(const description& d) {
    findings all{broken_ways(d), unused_ways(d)};
    all.add(check_recognition(d));
    all.add({{}, doubts_about(d)});
    sort_by_place(all.errors);
    sort_by_place(all.warnings);
    return all;
}

}  // namespace rollover::platform
