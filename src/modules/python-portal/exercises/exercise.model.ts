export const difficulties = ['beginner', 'intermediate', 'advanced'] as const;
export type Difficulty = (typeof difficulties)[number];

/** A program run compared from outside: this on standard input must give that on standard output. */
export interface InputOutputCase {
  name: string;
  stdin: string;
  stdout: string;
  hidden: boolean;
}

export interface Hint {
  id: string;
  title: string;
  /** Markdown. */
  content: string;
  order: number;
  /** 1 (a nudge) to 4 (nearly the answer). */
  revealLevel: number;
}

export interface Resource {
  title: string;
  url: string;
  type: string;
}

/** An exercise with everything that belongs to it, secrets included; {@link toPublicExercise} is what a student may see. */
export interface Exercise {
  id: string;
  title: string;
  description: string;
  /** Markdown. */
  instructions: string;
  difficulty: Difficulty;
  topics: string[];
  category: string;
  /** Position in the catalogue, unique. */
  order: number;
  /** Minutes. */
  estimatedTime: number;
  prerequisites: string[];
  objectives: string[];
  concepts: string[];
  resources: Resource[];
  /** Rises when tests or task change, so that results of an older version can be told apart. */
  version: number;
  starterCode: string;
  /** Python that students may read. */
  visibleTests: string;
  /** Python of which students only learn whether it passed. */
  hiddenTests: string | undefined;
  cases: InputOutputCase[];
  solutionCode: string;
  hints: Hint[];
}

export interface Category {
  id: string;
  name: string;
  description: string;
  order: number;
  color: string;
}

export interface Curriculum {
  title: string;
  description: string;
  version: string;
  estimatedHours: number;
  lastUpdated: string;
  learningPath: { phase: string; description: string; exercises: string[]; objectives: string[] }[];
}

/** A loaded catalogue; exercises in the order they are taught. */
export interface Catalogue {
  exercises: Exercise[];
  categories: Category[];
  curriculum: Curriculum;
}
