//! From folder to folder, into files, and copies of what is chosen.

use std::path::{Path, PathBuf};

use crate::files::{Entry, Job, Kind, RemotePath, Way, os_name, shown, text};

use super::super::action::Action;
use super::super::prompt::{Prompt, Purpose};
use super::super::{App, Level, Over, Page};
use super::FilesPage;

impl App {
    /// Performs an action of the page of a folder that leads away from it, or opens one; whether it was one.
    pub(in crate::app) fn act_on_files(&mut self, action: Action) -> bool {
        match action {
            Action::Files => {
                if let Err(why) = self.open_files_at("/") {
                    self.notify(Level::Warning, why);
                }
            }
            Action::OpenFile => self.open_file(),
            Action::ParentFolder => self.parent_folder(),
            Action::Download => self.ask_where_to(),
            Action::Upload => self.ask_what(),
            Action::Copies => self.choose_copy(),
            _ => return false,
        }
        true
    }

    /// Enters the folder under the cursor, or reads the file.
    fn open_file(&mut self) {
        let Some(page) = self.files() else { return };
        let Some(entry) = page.here() else { return };
        let (files, about) = (page.files.clone(), page.about.clone());
        // Where another container's files are seen through, what is absolute in these would be one of the wrong container.
        let target = entry.target.as_deref().filter(|_| !files.root.is_empty());
        let path = match target {
            Some(target) => page.folder.join(target),
            None => page.folder.join(&entry.name),
        };
        if entry.is_folder || (target.is_some() && entry.kind == Kind::Link) {
            return self.push_files(files, path, about);
        }
        match entry.kind {
            Kind::File | Kind::Link => self.open_sheet(text(files, path), None),
            Kind::Folder | Kind::Other => {
                let why = format!("{} is a device, a pipe or a socket", shown(&entry.name));
                self.notify(Level::Info, why);
            }
        }
    }

    /// Goes to the folder above: back, where one came from there.
    fn parent_folder(&mut self) {
        let Some(page) = self.files() else { return };
        let Some(parent) = page.folder.parent() else {
            return self.notify(Level::Info, "there is nothing above /");
        };
        let (files, about) = (page.files.clone(), page.about.clone());
        let name = page.folder.name().map(<[u8]>::to_vec);
        let context = self.context();
        let below = context.pages().iter().rev().nth(1);
        let from_there = matches!(below, Some(Page::Files(below)) if below.folder == parent && below.files == files);
        if from_there {
            return self.back();
        }
        self.push_files(files, parent, about);
        if let Some(page) = self.files_mut() {
            page.wanted = name;
        }
    }

    /// Asks where to what is chosen is copied.
    fn ask_where_to(&mut self) {
        let Some(page) = self.files() else { return };
        let suggested = suggested(&page.chosen());
        if suggested.is_empty() {
            return self.notify(Level::Info, "there is no file here");
        }
        self.over.push(Over::Prompt(Prompt::new(Purpose::Download, &suggested)));
    }

    /// Asks what is copied here.
    fn ask_what(&mut self) {
        self.over.push(Over::Prompt(Prompt::new(Purpose::Upload, "")));
    }

    /// Copies what is chosen out of the container.
    pub(in crate::app) fn download_to(&mut self, typed: &str) {
        let Some(page) = self.files() else { return };
        if typed.trim().is_empty() {
            return self.notify(Level::Info, "nothing was copied: no path was given");
        }
        let chosen = page.chosen();
        let several = chosen.len() > 1;
        let as_suggested = typed == suggested(&chosen);
        let job = |name: &[u8]| {
            // Several go into a folder, whether it is there yet or not.
            let to = if several {
                Path::new(typed).join(os_name(name))
            } else if as_suggested {
                Path::new(".").join(os_name(name))
            } else {
                PathBuf::from(typed)
            };
            let beneath = !several && !as_suggested;
            let way = Way::Down { from: page.folder.join(name), to, beneath };
            Job::new(page.files.clone(), way)
        };
        let jobs: Vec<Job> = chosen.into_iter().map(|entry| job(&entry.name)).collect();
        self.start_copies(jobs);
    }

    /// Copies something of this machine into the folder in view.
    pub(in crate::app) fn upload_from(&mut self, typed: &str) {
        let Some(page) = self.files() else { return };
        if typed.trim().is_empty() {
            return self.notify(Level::Info, "nothing was copied: no path was given");
        }
        let way = Way::Up { from: Path::new(typed).to_owned(), to: page.folder.clone() };
        let job = Job::new(page.files.clone(), way);
        self.start_copies(vec![job]);
    }

    /// What was copied into a container may be in the folder in view.
    pub(in crate::app) fn uploaded(&mut self, job: &Job) {
        let here = |page: &FilesPage, to: &RemotePath| {
            page.files == job.files
                && (page.folder == *to || to.parent().as_ref() == Some(&page.folder))
        };
        if let Way::Up { to, .. } = &job.way
            && self.files().is_some_and(|page| here(page, to))
        {
            self.list_files_again();
        }
    }
}

/// Where to what is chosen would be copied; empty where nothing is.
fn suggested(chosen: &[&Entry]) -> String {
    match chosen {
        [] => String::new(),
        [entry] => format!("./{}", local_name(&entry.name)),
        _ => "./".to_owned(),
    }
}

/// A name of a container's file as it can be typed for one of this machine.
fn local_name(name: &[u8]) -> String {
    match std::str::from_utf8(name) {
        Ok(name) if !name.chars().any(crate::text::disturbs) => name.to_owned(),
        _ => shown(name),
    }
}
