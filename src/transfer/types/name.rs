//! What a file's name says: its ending, and whether it is made to be taken for another type.

use unicode_normalization::UnicodeNormalization;

/// What a machine runs, or what makes one run something else, when it is opened: Windows and its script hosts, its
/// installers, shortcuts and settings; macOS; Linux; add-ins that are libraries.
const EXECUTABLE: &str = "
    exe com scr pif bat cmd cpl dll ocx sys drv msi msp mst msu msix msixbundle appx appxbundle appinstaller application
    appref-ms gadget diagcab ps1 ps1xml psm1 psd1 psc1 cdxml vb vbe vbs vbscript js jse mjs ws wsc wsf wsh sct hta chm hlp
    msc jar jnlp lnk url website scf inf reg job shs shb xbap settingcontent-ms library-ms search-ms searchconnector-ms
    app dmg pkg mpkg command workflow action scpt scptd applescript terminal tool fileloc inetloc mobileconfig
    sh bash zsh csh ksh run deb rpm appimage flatpakref snap desktop elf so apk py pyc pyw pyz pyzw pl
    xll wll vsto mde accde ade rdp iqy oqy dqy slk udl ppkg wsb theme themepack deskthemepack";

/// Types that exist to carry macros. `xlsb` is not among them: it is chosen for large tables, mostly without any.
const FOR_MACROS: &str = "docm dotm xlsm xltm xlam pptm potm ppam ppsm sldm vsdm vssm vstm xla xlm ppa";

/// What shows or mounts something of its own when it is opened: nothing is wrong with it, unless it poses as a document.
const POSING: &str = "htm html xhtml shtml mht mhtml iso img vhd vhdx";

/// What is opened without a thought, and therefore stands before a true ending that should not be seen.
const HARMLESS: &str = "
    pdf doc docx xls xlsx ppt pptx rtf txt csv odt ods odp jtd xdw eml msg jpg jpeg png gif bmp tif tiff heic webp mp3 mp4
    mov avi wav zip 7z rar lzh gz";

/// Blanks before an ending from which on they are no slip of the hand; often they are wide, and more of them push the
/// ending out of a window.
const WIDE_GAP: usize = 4;

/// Text as it is compared: compatible forms (full width) made plain, nothing unseen, lower case.
pub(super) fn plain(text: &str) -> String {
    text.nfkc().filter(|c| !is_unseen(*c)).collect::<String>().to_lowercase()
}

/// The ending of a name, plain; empty for none. Windows leaves out blanks and dots at the end, so they hide nothing here.
pub(super) fn ending(name: &str) -> String {
    split(&plain(name)).map(|(_, ending)| ending.to_owned()).unwrap_or_default()
}

/// Whether files with this ending are run. A Windows class id as an ending is one, too.
pub(super) fn is_executable(ending: &str) -> bool {
    lists(EXECUTABLE, ending) || (ending.starts_with('{') && ending.ends_with('}'))
}

/// Whether files with this ending are made to carry macros.
pub(super) fn is_for_macros(ending: &str) -> bool {
    lists(FOR_MACROS, ending)
}

/// Whether a name is made to be taken for another type. Judged on the name as it came: the name that is kept has lost the
/// marks that turned it.
pub(in crate::transfer) fn is_disguised(name: &str) -> bool {
    is_turned(name) || is_ending_broken(name) || is_ending_out_of_sight(name)
}

/// Marks that turn the direction of what follows. Single right-to-left marks belong into names in such a script only;
/// left-to-right marks come with dates from browsers and turn nothing here.
fn is_turned(name: &str) -> bool {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let marks = |c: char| matches!(c, '\u{200f}' | '\u{61c}');
    let is_rtl = |c: char| matches!(c, '\u{5d0}'..='\u{61b}' | '\u{61d}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}');
    name.chars().any(turns) || (name.chars().any(marks) && !name.chars().any(is_rtl))
}

/// Something unseen within the ending: what is read there is not what the machine reads.
fn is_ending_broken(name: &str) -> bool {
    let is_dot = |c: char| c == '.' || std::iter::once(c).nfkc().eq(['.']);
    name.rsplit_once(is_dot).is_some_and(|(_, ending)| ending.chars().any(is_unseen))
}

/// An ending that matters, behind one that does not or behind a gap.
fn is_ending_out_of_sight(name: &str) -> bool {
    let name = plain(name);
    let Some((stem, ending)) = split(&name) else { return false };
    let is_far = gap(stem) >= WIDE_GAP;
    let poses = || poses(stem).is_some_and(|front| lists(HARMLESS, front));
    // Office programs that convert a document keep the old ending before the new one.
    let matters = is_executable(ending) || lists(POSING, ending);
    (matters || is_for_macros(ending)) && is_far || matters && poses()
}

/// The ending that a stem seems to have: up to a gap, after which something else may stand. An ideographic full stop looks
/// like a dot.
fn poses(stem: &str) -> Option<&str> {
    let (_, front) = stem.trim_end_matches(is_blank).rsplit_once(['.', '。'])?;
    let front = front.trim_start_matches(is_blank);
    let mut after_blank = false;
    let gap = front.find(|c| std::mem::replace(&mut after_blank, is_blank(c)) && is_blank(c));
    Some(front.get(..gap.unwrap_or(front.len())).unwrap_or(front).trim_end_matches(is_blank))
}

/// Blanks at the end of a stem.
fn gap(stem: &str) -> usize {
    stem.chars().rev().take_while(|c| is_blank(*c)).count()
}

/// Stem and ending of a plain name.
fn split(name: &str) -> Option<(&str, &str)> {
    let name = name.trim_end_matches(|c| c == '.' || is_blank(c));
    name.rsplit_once('.').map(|(stem, ending)| (stem, ending.trim_matches(is_blank)))
}

/// Whether an ending is in a list of endings.
fn lists(endings: &str, ending: &str) -> bool {
    endings.split_ascii_whitespace().any(|listed| listed == ending)
}

/// What takes room and shows nothing.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{115f}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}')
}

/// What takes no room and shows nothing. Variation selectors are none of it: they choose the form of a kanji.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0001}'..='\u{e007f}')
        || (c.is_control() && !c.is_whitespace())
}
