/* Whole databases: merging and checking. */
#include "xap/xap_guard.hh"
#include "xap/xap_handles.hh"

#include <filesystem>
#include <system_error>
#include <cinttypes>
#include <sstream>

using xap::fail;
using xap::guard;

/* ---- merging ------------------------------------------------------------------------------------------------ */

/* One database over all parts, in their order. */
static Xapian::Database join_parts(const char *const *parts, size_t part_count)
{
    Xapian::Database all;
    uint64_t last_id = 0;
    for (size_t i = 0; i < part_count; i++) {
        Xapian::Database part = xap::open_database(parts[i]);
        last_id += part.get_lastdocid();
        all.add_database(part);
    }
    if (last_id > UINT32_MAX)
        fail(STATUS_LIMIT, "%" PRIu64 " document numbers in all parts: at most %u are allowed", last_id, UINT32_MAX);
    return all;
}

/* Xapian's compaction does not look whether its last step, naming the version file, succeeded. */
static void verify_compacted(const char *path, uint32_t expected)
{
    uint32_t stored = xap::open_database(path).get_doccount();
    if (stored != expected)
        fail(STATUS_INTERNAL, "%u documents compacted, %u in the parts", stored, expected);
}

enum status xap_compact(const char *const *parts, size_t part_count, const char *path, struct err *err)
{
    return guard(path, err, [&] {
        if (part_count == 0)
            return err_set(err, STATUS_INVALID, "%s: no parts to compact", path);
        xap::require_absent(path);
        Xapian::Database all = join_parts(parts, part_count);
        all.compact(path, Xapian::Compactor::FULL);
        verify_compacted(path, all.get_doccount());
        return STATUS_OK;
    });
}

enum status xap_copy(const char *from, const char *path, struct err *err)
{
    return guard(path, err, [&] {
        xap::require_database(from);
        xap::require_absent(path);
        std::error_code failed;
        std::filesystem::copy(from, path, failed);
        if (failed)
            fail(STATUS_IO, "cannot copy %s: %s", from, failed.message().c_str());
        return STATUS_OK;
    });
}

/* ---- checking ----------------------------------------------------------------------------------------------- */

#ifdef __SANITIZE_ADDRESS__
/* Xapian 1.4's check deletes its table through a base class eight bytes smaller: harmless with malloc, not ours. */
extern "C" const char *__asan_default_options();
extern "C" const char *__asan_default_options()
{
    return "new_delete_type_mismatch=0";
}
#endif

/* Whether the line of Xapian's report says that all is well. */
static bool reassuring(const std::string &line)
{
    for (const char *good : {"checked OK", "not yet used.", "Not present.", "checking readability"})
        if (line.find(good) != std::string::npos)
            return true;
    return line.empty();
}

/* The report has a part for each table, headed by its name and a colon. */
static std::string first_problem(const std::string &report)
{
    std::istringstream lines(report);
    std::string table, line;
    while (std::getline(lines, line)) {
        if (!line.empty() && line.back() == ':')
            table = line + " ";
        else if (!reassuring(line))
            return table + line;
    }
    return "no details";
}

enum status xap_check(const char *path, struct err *err)
{
    return guard(path, err, [&] {
        xap::require_database(path);
        std::ostringstream report;
        if (Xapian::Database::check(path, 0, &report) == 0)
            return STATUS_OK;
        return err_set(err, STATUS_CORRUPT, "%s: %s", path, first_problem(report.str()).c_str());
    });
}
