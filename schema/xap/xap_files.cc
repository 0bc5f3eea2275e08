/* Databases as folders.  Xapian opens nearly anything it finds (stubs, single files, other backends) and has one
 * error for most of what is missing; here only a folder with a glass database will do. */
#include "xap/xap_guard.hh"
#include "xap/xap_handles.hh"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>

namespace xap
{

/* Fails with the words of errno. */
[[noreturn]] static void fail_errno(const char *what)
{
    fail(STATUS_IO, "%s: %s", what, strerror(errno));
}

/* Whether there is something; st gets what. */
static bool look(const std::string &path, struct stat *st)
{
    if (stat(path.c_str(), st) == 0)
        return true;
    if (errno != ENOENT && errno != ENOTDIR)
        fail_errno("cannot look at the database");
    return false;
}

void require_database(const std::string &path)
{
    struct stat st;
    if (!look(path, &st))
        fail(STATUS_NOTFOUND, "no such folder");
    if (!S_ISDIR(st.st_mode))
        fail(STATUS_CORRUPT, "not a folder");
    if (!look(path + "/iamglass", &st))
        fail(STATUS_CORRUPT, "no Xapian database (glass) in the folder");
    if (!look(path + "/postlist.glass", &st))
        fail(STATUS_CORRUPT, "the database has lost postlist.glass");
}

void require_absent(const std::string &path)
{
    struct stat st;
    if (lstat(path.c_str(), &st) == 0)
        fail(STATUS_INVALID, "exists already");
    if (errno != ENOENT)
        fail_errno("cannot be created");
}

bool has_termlists(const std::string &path)
{
    struct stat st;
    return look(path + "/termlist.glass", &st);
}

Xapian::Database open_database(const std::string &path)
{
    require_database(path);
    return Xapian::Database(path, Xapian::DB_BACKEND_GLASS);
}

} // namespace xap
